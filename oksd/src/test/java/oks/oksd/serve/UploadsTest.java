package oks.oksd.serve;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.fingerprint;
import static oks.testing.SampleCertificates.revocation;
import static oks.testing.SampleCertificates.updated;
import static oks.testing.SampleCertificates.withUserIds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.oksd.Bench;
import oks.oksd.writer.SubmissionResult;
import oks.oksd.writer.UnavailableException;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateDescription;
import oks.openpgp.DropRule;
import oks.openpgp.Fingerprint;
import oks.openpgp.Limit;
import oks.openpgp.Limits;
import oks.openpgp.ParsedUpload.Reason;
import oks.recovery.Lsn;
import oks.service.Asker;
import oks.service.ServiceAnswer;
import oks.service.ServiceAnswer.Detail;
import oks.service.ServiceAnswer.LeftOut;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UploadsTest {
    @TempDir
    private Path temporary;

    private Bench bench;
    private Uploads uploads;
    private OksdSettings standard;
    private volatile OksdSettings settings;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
        standard = OksdSettings.standard(temporary);
        settings = standard;
        uploads = new Uploads(bench.store, bench.committer, () -> settings, System::nanoTime);
        bench.committer.start();
    }

    @AfterEach
    void close() throws Exception {
        uploads.close();
        bench.committer.stop();
        bench.close();
    }

    private List<SubmissionResult> upload(byte[]... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        return Bench.answer(uploads.accept(answer -> {}, "test", true, body.toByteArray())).stream()
                .map(UploadLine::outcome)
                .toList();
    }

    @Test
    void whatIsKeptAndWhatIsLeftOutIsToldOfAllPiecesTogether() {
        SampleKey key = new SampleKey(77);
        byte[] eve = SampleKey.packet(13, "Eve".getBytes(StandardCharsets.UTF_8));
        byte[] one = SampleKey.concat(key.certificate("One <one@example.org>"), eve);
        byte[] two = SampleKey.concat(key.certificate("Two"), eve, new SampleKey(78).subkeyPacket());
        UploadLine line = lines(one, two).get(0);
        assertThat(line.outcome().result()).isEqualTo(SubmissionResult.Result.NEW);
        Detail detail = line.detail();
        assertThat(detail.named()).containsExactly("One <one@example.org>", "Two");
        assertThat(detail.userIds()).isEqualTo(2);
        assertThat(detail.leftOut())
                .containsExactlyInAnyOrder(
                        new LeftOut(DropRule.NO_SELF_SIGNATURE.code(), false, 2),
                        new LeftOut(DropRule.NO_BINDING_SIGNATURE.code(), false, 1));
        assertThat(detail.examples())
                .containsExactlyInAnyOrder(
                        "user ID \"Eve\": no valid self-signature",
                        "subkey " + new SampleKey(78).fingerprint() + ": no valid binding signature");
        assertThat(lines(one).get(0).detail().named()).as("unchanged").containsExactly("One <one@example.org>");
        assertThat(lines(SampleKey.concat(key.packet(), eve)).get(0).detail())
                .as("refused")
                .isEqualTo(Detail.NONE);
    }

    @Test
    void whatIsToldIsBounded() {
        SampleKey key = new SampleKey(77);
        byte[][] many = new byte[900][];
        for (int i = 0; i < 900; i++) {
            String userId = (i + "x").repeat(400);
            many[i] = i % 2 == 0
                    ? key.userIdWithSignature(userId)
                    : SampleKey.packet(13, userId.getBytes(StandardCharsets.UTF_8));
        }
        Detail detail = lines(key.packet(), SampleKey.concat(many)).get(0).detail();
        assertThat(detail.userIds()).isEqualTo(450);
        assertThat(detail.named()).hasSize(Detail.MOST_NAMED).allMatch(name -> name.length() > 400);
        assertThat(detail.examples()).hasSize(Detail.MOST_EXAMPLES).allMatch(example -> example.length() < 150);
        assertThat(detail.leftOut()).containsExactly(new LeftOut(DropRule.NO_SELF_SIGNATURE.code(), false, 450));
        byte[][] certificates = new byte[100][];
        for (int i = 0; i < certificates.length; i++) {
            byte[][] userIds = new byte[20][];
            for (int j = 0; j < userIds.length; j++) {
                userIds[j] = new SampleKey(5000 + i).userIdWithSignature((j + "y").repeat(400));
            }
            certificates[i] = SampleKey.concat(new SampleKey(5000 + i).packet(), SampleKey.concat(userIds));
        }
        List<UploadLine> lines = lines(certificates);
        assertThat(lines).hasSize(100).allMatch(one -> one.detail().userIds() == 20);
        assertThat(lines.stream()
                        .flatMap(one -> one.detail().named().stream())
                        .mapToInt(String::length)
                        .sum())
                .isLessThan(1 << 17);
        assertThat(lines.get(99).detail().named()).isEmpty();
    }

    private List<UploadLine> lines(byte[]... parts) {
        return Bench.answer(uploads.accept(answer -> {}, "test", true, SampleKey.concat(parts)));
    }

    /**
     * Certificate, revocation by somebody whom it names, and that revoker's certificate, in any order, alone or
     * together.
     */
    @Test
    void aRevocationByADesignatedRevokerCountsWhateverTheOrder() {
        List<List<Integer>> orders = List.of(
                List.of(0, 1, 2),
                List.of(0, 2, 1),
                List.of(1, 0, 2),
                List.of(1, 2, 0),
                List.of(2, 0, 1),
                List.of(2, 1, 0));
        for (int i = 0; i < 2 * orders.size(); i++) {
            SampleKey owner = new SampleKey(1000 + i);
            SampleKey revoker = new SampleKey(2000 + i);
            byte[] named = owner.signature(SampleKey.DIRECT_KEY, owner.revoker(revoker), owner.hashed());
            byte[] plain = SampleKey.concat(owner.packet(), named, owner.userIdWithSignature("Owner"));
            byte[] revocation = revoker.signature(SampleKey.KEY_REVOCATION, SampleKey.subpacket(29, 1), owner.hashed());
            byte[] forged = revocation.clone();
            forged[forged.length - 3] ^= 1;
            byte[] revoked =
                    SampleKey.concat(owner.packet(), named, forged, revocation, owner.userIdWithSignature("Owner"));
            List<byte[]> parts = List.of(plain, revoked, revoker.certificate("Revoker"));
            List<byte[]> ordered = orders.get(i / 2).stream().map(parts::get).toList();
            if (i % 2 == 0) {
                ordered.forEach(this::upload);
            } else {
                upload(ordered.toArray(byte[][]::new));
            }

            Certificate stored = bench.store
                    .get(Fingerprint.parse(owner.fingerprint()))
                    .orElseThrow()
                    .certificate();
            assertThat(CertificateDescription.of(stored).revokedBy())
                    .contains(Fingerprint.parse(revoker.fingerprint()));
            assertThat(stored.bytes())
                    .isEqualTo(SampleKey.concat(owner.packet(), named, revocation, owner.userIdWithSignature("Owner")));
        }
        assertThat(bench.store.search().anyAwaitsRevoker()).isFalse();
    }

    @Test
    void aRevocationAloneByADesignatedRevokerIsOfACertificateThatNamesIt() {
        SampleKey owner = new SampleKey(1);
        SampleKey revoker = new SampleKey(2);
        byte[] named = owner.signature(SampleKey.DIRECT_KEY, owner.revoker(revoker), owner.hashed());
        byte[] plain = SampleKey.concat(owner.packet(), named, owner.userIdWithSignature("Owner"));
        byte[] revocation = revoker.signature(SampleKey.KEY_REVOCATION, SampleKey.subpacket(29, 1), owner.hashed());
        for (int i = 10; i < 15; i++) { // which name it, too, and are not revoked
            SampleKey other = new SampleKey(i);
            upload(SampleKey.concat(
                    other.packet(),
                    other.signature(SampleKey.DIRECT_KEY, other.revoker(revoker), other.hashed()),
                    other.userIdWithSignature("Other")));
        }
        assertThat(upload(revocation))
                .extracting(SubmissionResult::reason)
                .containsExactly(Reason.REVOCATION_WITHOUT_CERTIFICATE);
        upload(plain);
        assertThat(upload(revocation))
                .extracting(SubmissionResult::result)
                .containsExactly(SubmissionResult.Result.MERGED);
        assertThat(isRevoked(owner)).as("nobody knows the revoker's key").isFalse();
        upload(revoker.certificate("Revoker"));
        assertThat(isRevoked(owner)).isTrue();
        assertThat(upload(revocation))
                .extracting(SubmissionResult::result)
                .containsExactly(SubmissionResult.Result.UNCHANGED);
        assertThat(isRevoked(new SampleKey(12))).isFalse();
    }

    /** Who sends many signatures that name a revoker makes oksd look at each certificate that names it, too. */
    @Test
    void lookingForWhatARevocationRevokesIsPartOfTheCost() {
        SampleKey revoker = new SampleKey(2);
        for (int i = 10; i < 30; i++) {
            SampleKey other = new SampleKey(i);
            upload(SampleKey.concat(
                    other.packet(),
                    other.signature(SampleKey.DIRECT_KEY, other.revoker(revoker), other.hashed()),
                    other.userIdWithSignature("Other " + "x".repeat(1500))));
        }
        byte[][] flood = new byte[400][];
        for (int i = 0; i < flood.length; i++) {
            byte[] random = new byte[40];
            new Random(i).nextBytes(random);
            flood[i] = revoker.signature(SampleKey.KEY_REVOCATION, SampleKey.subpacket(29, 1), random);
        }
        settings = poor(2_000);
        assertThat(upload(flood)).extracting(SubmissionResult::reason).contains(Reason.TOO_COSTLY);
    }

    @Test
    void aRevocationForWhichThereIsNoRoomIsNotCalledNothingNew() {
        SampleKey owner = new SampleKey(1);
        SampleKey revoker = new SampleKey(2);
        byte[] named = owner.signature(SampleKey.DIRECT_KEY, owner.revoker(revoker), owner.hashed());
        upload(SampleKey.concat(owner.packet(), named, owner.userIdWithSignature("Owner")));
        byte[] tooLong = revoker.signature(
                SampleKey.KEY_REVOCATION,
                SampleKey.concat(new byte[] {(byte) 255, 0, 0, 0x14, 0x02, 29, 1}, new byte[0x1400]),
                owner.hashed());
        assertThat(upload(tooLong))
                .extracting(SubmissionResult::reason)
                .containsExactly(Reason.REVOCATION_WITHOUT_CERTIFICATE);
        upload(revoker.certificate("Revoker"));
        assertThat(upload(tooLong))
                .extracting(SubmissionResult::result)
                .containsExactly(SubmissionResult.Result.MERGED);
    }

    @Test
    void aRevocationAloneMayComeWithACertificateThatNamesNobody() {
        SampleKey owner = new SampleKey(1);
        SampleKey revoker = new SampleKey(2);
        byte[] named = owner.signature(SampleKey.DIRECT_KEY, owner.revoker(revoker), owner.hashed());
        upload(
                SampleKey.concat(owner.packet(), named, owner.userIdWithSignature("Owner")),
                revoker.certificate("Revoker"));
        byte[] revocation = revoker.signature(SampleKey.KEY_REVOCATION, SampleKey.subpacket(29, 1), owner.hashed());
        assertThat(upload(owner.certificate("Owner"), revocation))
                .as("what names the revoker is stored")
                .extracting(SubmissionResult::result)
                .containsExactly(SubmissionResult.Result.MERGED);
        assertThat(isRevoked(owner)).isTrue();
    }

    private boolean isRevoked(SampleKey key) {
        return CertificateDescription.of(bench.store
                        .get(Fingerprint.parse(key.fingerprint()))
                        .orElseThrow()
                        .certificate())
                .revoked();
    }

    @Test
    void everyCertificateOfAnUploadIsAccountedFor() {
        upload(certificate(1));
        List<SubmissionResult> outcomes = upload(certificate(1), certificate(2), certificate(3));

        assertThat(outcomes)
                .extracting(SubmissionResult::result)
                .containsExactly(
                        SubmissionResult.Result.UNCHANGED, SubmissionResult.Result.NEW, SubmissionResult.Result.NEW);
        assertThat(upload("nothing of use".getBytes(StandardCharsets.US_ASCII)))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(SubmissionResult.Result.REFUSED));
        assertThat(uploads.counts()).isEqualTo(new ControlStatus.Uploads(3, 0, 1, 1));
    }

    @Test
    void aBareRevocationIsMergedWithTheCertificateThatItRevokes() {
        assertThat(upload(revocation(1)))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.reason()).isEqualTo(Reason.REVOCATION_WITHOUT_CERTIFICATE));
        upload(certificate(1));
        assertThat(upload(revocation(1)))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(SubmissionResult.Result.MERGED));
        assertThat(upload(revocation(1)))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(SubmissionResult.Result.UNCHANGED));
        assertThat(CertificateDescription.of(bench.store
                                .get(Fingerprint.parse(fingerprint(1)))
                                .orElseThrow()
                                .certificate())
                        .revoked())
                .isTrue();
    }

    @Test
    void revocationsByTheThousandAreBoughtOutOfOneBudget() {
        upload(certificate(1));
        settings = poor(100);
        byte[][] many = Stream.generate(() -> revocation(1)).limit(50).toArray(byte[][]::new);
        assertThat(upload(many))
                .filteredOn(outcome -> outcome.reason() == Reason.TOO_COSTLY)
                .hasSizeBetween(25, 40)
                .allSatisfy(outcome -> assertThat(outcome.comment()).contains("100 RSA-2048 verifications"));
    }

    @Test
    void aRevocationMayComeWithTheCertificateThatItRevokes() {
        assertThat(upload(revocation(1), certificate(1)))
                .singleElement() // the other way round it would be on the user ID
                .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(SubmissionResult.Result.NEW));
        assertThat(CertificateDescription.of(bench.store
                                .get(Fingerprint.parse(fingerprint(1)))
                                .orElseThrow()
                                .certificate())
                        .revoked())
                .isTrue();
    }

    @Test
    void theSameCertificateInPiecesIsOneChange() {
        byte[][] pieces =
                IntStream.rangeClosed(1, 20).mapToObj(i -> updated(1, i)).toArray(byte[][]::new);
        assertThat(upload(pieces))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.lsn()).isEqualTo(new Lsn(1)));
        assertThat(upload(certificate(2), updated(1, 21), certificate(2), updated(1, 22)))
                .extracting(SubmissionResult::lsn)
                .containsExactly(new Lsn(2), new Lsn(3));
        assertThat(CertificateDescription.of(bench.store
                                .get(Fingerprint.parse(fingerprint(1)))
                                .orElseThrow()
                                .certificate())
                        .userIds())
                .hasSize(23);
    }

    @Test
    void theDefaultsOfTheSettingsAreTheStandardLimits() {
        assertThat(standard.upload().limits()).isEqualTo(Limits.standard());
    }

    private OksdSettings poor(int most) {
        return new OksdSettings(
                standard.configuration(),
                standard.database(),
                standard.recovery(),
                standard.store(),
                standard.control(),
                standard.backup(),
                standard.service(),
                costing(most),
                standard.certificates(),
                standard.process(),
                standard.log());
    }

    private OksdSettings.Upload costing(int most) {
        OksdSettings.Upload upload = standard.upload();
        return new OksdSettings.Upload(
                upload.limits().with(Limit.MAX_CERTIFICATE_COST, most).with(Limit.MAX_COST, most),
                upload.thirdParty(),
                upload.weakHashes(),
                upload.acceptVersion3(),
                upload.revocationsOfDeleted());
    }

    /** What costs more than a few milliseconds waits in a line of its own, and is taken all the same. */
    @Test
    void aDearUploadIsTakenToo() {
        byte[] dear = withUserIds(
                1, IntStream.range(0, 600).mapToObj(i -> "User " + i).toArray(String[]::new));
        assertThat(upload(dear))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(SubmissionResult.Result.NEW));
    }

    @Test
    void whatNobodyWaitsForIsNotBegun() {
        Asker gone = new Asker() {
            @Override
            public void accept(ServiceAnswer answer) {}

            @Override
            public boolean waits() {
                return false;
            }
        };
        assertThat(Bench.failure(uploads.accept(gone, "test", true, certificate(1))))
                .isInstanceOf(UnavailableException.class);
        assertThat(upload(certificate(1)))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(SubmissionResult.Result.NEW));
    }

    @Test
    void afterTheEndEverybodyIsToldToComeBack() throws Exception {
        uploads.close();
        assertThat(Bench.failure(uploads.accept(answer -> {}, "test", true, certificate(1))))
                .isInstanceOf(UnavailableException.class);
    }
}
