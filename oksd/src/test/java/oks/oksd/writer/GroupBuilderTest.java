package oks.oksd.writer;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.revoked;
import static oks.testing.SampleCertificates.updated;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import oks.config.OksdSettings;
import oks.oksd.Bench;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateDescription;
import oks.openpgp.Limit;
import oks.openpgp.ParsedUpload.Reason;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.Tombstone;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GroupBuilderTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:49:02Z");

    @TempDir
    private Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private GroupBuilder group(int maxBytes) {
        LogPosition end = bench.log.position();
        return new GroupBuilder(bench.store, end.last(), end.digest(), () -> NOW, limits(maxBytes, true));
    }

    private static OksdSettings.Upload limits(int maxBytes, boolean revocationsOfDeleted) {
        OksdSettings.Upload standard = OksdSettings.standard(Path.of("/prefix")).upload();
        return new OksdSettings.Upload(
                standard.limits().with(Limit.MAX_CERTIFICATE, maxBytes),
                standard.thirdParty(),
                standard.weakHashes(),
                standard.acceptVersion3(),
                revocationsOfDeleted);
    }

    private static Submission submission(byte[] content) {
        return new Submission(Certificate.ofStored(content), "test", 0, new CompletableFuture<>());
    }

    @Test
    void aCertificateIsNewThenUnchangedThenMerged() {
        assertThat(bench.put(1).result()).isEqualTo(SubmissionResult.Result.NEW);
        GroupBuilder group = group(1 << 20);

        assertThat(group.add(submission(certificate(1))))
                .isEqualTo(SubmissionResult.of(SubmissionResult.Result.UNCHANGED, Lsn.NONE));
        assertThat(group.changes()).isEmpty();
        SubmissionResult merged = group.add(submission(updated(1, 1)));
        assertThat(merged.result()).isEqualTo(SubmissionResult.Result.MERGED);
        assertThat(merged.lsn()).isEqualTo(new Lsn(2));
        Change.Put put = (Change.Put) group.changes().get(0);
        assertThat(put.replaced().lsn()).isEqualTo(new Lsn(1));
        assertThat(group.digest())
                .isEqualTo(Digest.EMPTY.plus(Digest.certificateElement(put.fingerprint(), put.content())));
    }

    @Test
    void twoSubmissionsOfOneCertificateBuildOnEachOther() {
        GroupBuilder group = group(1 << 20);

        assertThat(group.add(submission(updated(1, 1))).result()).isEqualTo(SubmissionResult.Result.NEW);
        assertThat(group.add(submission(updated(1, 2))).result()).isEqualTo(SubmissionResult.Result.MERGED);
        assertThat(group.add(submission(updated(1, 1))).result()).isEqualTo(SubmissionResult.Result.UNCHANGED);

        Change.Put first = (Change.Put) group.changes().get(0);
        Change.Put second = (Change.Put) group.changes().get(1);
        assertThat(group.changes()).hasSize(2);
        assertThat(second.replaced().lsn()).isEqualTo(first.lsn());
        assertThat(second.replaced().element())
                .isEqualTo(Digest.certificateElement(first.fingerprint(), first.content()));
        assertThat(group.digest())
                .isEqualTo(Digest.EMPTY.plus(Digest.certificateElement(second.fingerprint(), second.content())));
    }

    @Test
    void whatWouldBeTooLargeIsRefusedAndNothingChanges() {
        GroupBuilder group = group(certificate(1).length);

        assertThat(group.add(submission(certificate(1))).result()).isEqualTo(SubmissionResult.Result.NEW);
        Digest before = group.digest();
        SubmissionResult refused = group.add(submission(updated(1, 1)));

        assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(refused.comment()).contains(String.valueOf(certificate(1).length));
        assertThat(group.changes()).hasSize(1);
        assertThat(group.digest()).isEqualTo(before);
    }

    @Test
    void aNewCertificateThatIsTooLargeIsRefusedToo() {
        GroupBuilder group = group(certificate(1).length / 2);

        assertThat(group.add(submission(certificate(1))).reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(group.changes()).isEmpty();
    }

    /**
     * Merging takes as long as what is merged is large: a pause must not wait for thousands of uploads that change
     * nothing.
     */
    @Test
    void whatIsMergedInVainFillsAGroupToo() {
        String[] userIds =
                IntStream.range(0, 450).mapToObj(i -> i + "x".repeat(1900)).toArray(String[]::new);
        byte[] large = SampleCertificates.withUserIds(1, userIds);
        bench.submit(large);
        bench.turn();
        GroupBuilder group = group(1 << 20);

        for (int i = 0; !group.full(); i++) {
            assertThat((long) i * large.length).isLessThan(GroupBuilder.ENOUGH_BYTES);
            assertThat(group.add(submission(large)).result()).isEqualTo(SubmissionResult.Result.UNCHANGED);
        }
        assertThat(group.changes()).isEmpty();
    }

    /** Whoever fills a certificate, such as a thief of its key, must not keep its owner from revoking it. */
    @Test
    void whereNothingElseHasRoomARevocationHas() {
        GroupBuilder group = group(certificate(1).length);
        group.add(submission(certificate(1)));

        assertThat(group.add(submission(revoked(1))).result()).isEqualTo(SubmissionResult.Result.MERGED);
        assertThat(group.add(submission(revoked(1))).result()).isEqualTo(SubmissionResult.Result.UNCHANGED);
        Change.Put put = (Change.Put) group.changes().get(1);
        assertThat(CertificateDescription.of(Certificate.ofStored(put.content()))
                        .revoked())
                .isTrue();

        SampleKey key = new SampleKey(1);
        byte[] again = SampleKey.concat(
                key.packet(), key.signature(SampleKey.KEY_REVOCATION, SampleKey.subpacket(29, 2), key.hashed()));
        assertThat(group.add(submission(again)).reason()).as("one is enough").isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void neitherUserIdsNorSubkeysGrowBeyondTheLimitsByMerging() {
        OksdSettings.Upload standard = limits(1 << 20, true);
        OksdSettings.Upload few = new OksdSettings.Upload(
                standard.limits().with(Limit.MAX_USER_IDS, 2).with(Limit.MAX_SUBKEYS, 1),
                standard.thirdParty(),
                standard.weakHashes(),
                standard.acceptVersion3(),
                true);
        LogPosition end = bench.log.position();
        GroupBuilder group = new GroupBuilder(bench.store, end.last(), end.digest(), () -> NOW, few);

        assertThat(group.add(submission(updated(1, 1))).result()).isEqualTo(SubmissionResult.Result.NEW);
        assertThat(group.add(submission(updated(1, 2))).comment())
                .isEqualTo("with what is stored it would have 3 user IDs, more than 2");
        assertThat(group.add(submission(withSubkey(2))).result()).isEqualTo(SubmissionResult.Result.NEW);
        assertThat(group.add(submission(withSubkey(3))).comment())
                .isEqualTo("with what is stored it would have 2 subkeys, more than 1");
    }

    private static byte[] withSubkey(long seed) {
        SampleKey key = new SampleKey(7);
        SampleKey subkey = new SampleKey(seed);
        return SampleKey.concat(
                key.packet(),
                subkey.subkeyPacket(),
                key.signature(SampleKey.SUBKEY_BINDING, SampleKey.subpacket(27, 12), key.hashed(), subkey.hashed()));
    }

    @Test
    void aRemovedCertificateComesBackUnlessItIsBlocked() {
        bench.put(1);
        bench.put(2);
        remove(1, true);
        remove(2, false);
        GroupBuilder group = group(1 << 20);

        assertThat(group.add(submission(certificate(1))).reason()).isEqualTo(Reason.BLOCKED);
        assertThat(group.add(submission(certificate(2))).result()).isEqualTo(SubmissionResult.Result.NEW);
        assertThat(group.changes()).hasSize(1);
    }

    @Test
    void ofABlockedCertificateOnlyTheRevocationIsTakenWithoutAnyUserId() {
        bench.put(1);
        remove(1, true);
        GroupBuilder group = group(1 << 20);

        assertThat(group.add(submission(revoked(1))).result()).isEqualTo(SubmissionResult.Result.NEW);
        assertThat(group.add(submission(revoked(1))).result()).isEqualTo(SubmissionResult.Result.UNCHANGED);
        Change.Put put = (Change.Put) group.changes().get(0);
        CertificateDescription stored = CertificateDescription.of(Certificate.ofStored(put.content()));
        assertThat(stored.revoked()).isTrue();
        assertThat(stored.userIds()).isEmpty();
    }

    @Test
    void withoutTheSettingNothingOfABlockedCertificateIsTaken() {
        bench.put(1);
        remove(1, true);
        LogPosition end = bench.log.position();
        GroupBuilder group = new GroupBuilder(bench.store, end.last(), end.digest(), () -> NOW, limits(1 << 20, false));

        assertThat(group.add(submission(revoked(1))).reason()).isEqualTo(Reason.BLOCKED);
        assertThat(group.changes()).isEmpty();
    }

    private void remove(long seed, boolean blocked) {
        Certificate certificate = Certificate.ofStored(certificate(seed));
        byte[] fingerprint = certificate.fingerprint().bytes();
        var stored = bench.store.get(certificate.fingerprint()).orElseThrow();
        Change delete = new Change.Delete(
                bench.log.position().last().next(),
                NOW,
                fingerprint,
                new Tombstone(NOW, blocked, "uid 0", "asked"),
                false,
                new Change.Replaced(stored.lsn(), Digest.certificateElement(fingerprint, stored.content())),
                Hash.ZERO);
        bench.store.apply(List.of(bench.log.append(
                List.of(delete), delete.appliedTo(bench.log.position().digest()))));
    }
}
