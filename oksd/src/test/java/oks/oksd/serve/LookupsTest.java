package oks.oksd.serve;

import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import oks.config.OksdSettings;
import oks.oksd.Bench;
import oks.openpgp.Certificate;
import oks.openpgp.HardRevoked;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;
import oks.store.Patience;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LookupsTest {
    @TempDir
    private Path temporary;

    private final SampleKey ours = new SampleKey(1);
    private final SampleKey others = new SampleKey(2);
    private final SampleKey both = new SampleKey(3);
    private Bench bench;
    private Uploads uploads;
    private volatile HardRevoked given = HardRevoked.BARE;
    private Lookups lookups;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        OksdSettings settings = OksdSettings.standard(temporary);
        uploads = new Uploads(bench.store, bench.committer, () -> settings, System::nanoTime);
        bench.committer.start();
        lookups = new Lookups(bench.store, () -> given);
        upload(ours.certificate("Alice <alice@example.org>"));
        upload(others.certificate("Alice <alice@example.org.example.net>"));
        upload(both.certificate("Alice <alice@example.net>", "Work <work@example.org>"));
    }

    @AfterEach
    void close() throws Exception {
        uploads.close();
        bench.committer.stop();
        bench.close();
    }

    private void upload(byte[] certificate) throws Exception {
        Bench.answer(uploads.accept(answer -> {}, "test", true, certificate));
    }

    private Certificates found(Lookup lookup) {
        return (Certificates) lookups.answer(lookup, Patience.endless());
    }

    private List<String> fingerprints(String words, String... domains) {
        return found(new Lookup(By.WORDS, words.getBytes(StandardCharsets.UTF_8), 10, 0, List.of(domains)))
                .found()
                .stream()
                .map(one ->
                        Certificate.ofStored(one.certificate()).fingerprint().toString())
                .sorted()
                .toList();
    }

    private static List<String> of(SampleKey... keys) {
        return List.of(keys).stream().map(SampleKey::fingerprint).sorted().toList();
    }

    @Test
    void wordsInDomainsFindCertificatesWithAnAddressThere() {
        assertThat(fingerprints("alice")).isEqualTo(of(ours, others, both));
        assertThat(fingerprints("alice", "example.org")).isEqualTo(of(ours, both));
        assertThat(fingerprints("ali*", "example.org")).isEqualTo(of(ours, both));
        assertThat(fingerprints("@example.org", "example.org")).isEqualTo(of(ours, both));
        assertThat(fingerprints("alice", "example.net", "example.org")).isEqualTo(of(ours, both));
        assertThat(fingerprints("alice", "example.org.example.net")).isEqualTo(of(others));
        assertThat(fingerprints("work", "example.net"))
                .as("the words may stand in another of its user IDs")
                .isEqualTo(of(both));
        assertThat(fingerprints("alice", "example.com")).isEmpty();
        assertThat(fingerprints("bob", "example.org")).isEmpty();
    }

    @Test
    void aCertificateThatIsRevokedForGoodIsGivenOutBareFromTheNextLookupOn() throws Exception {
        Lookup byFingerprint =
                new Lookup(By.FINGERPRINT, java.util.HexFormat.of().parseHex(ours.fingerprint()), 1);
        byte[] whole = found(byFingerprint).found().get(0).certificate();
        upload(ours.revocation());
        Found bare = found(byFingerprint).found().get(0);
        assertThat(bare.certificate()).isEqualTo(concat(ours.packet(), revocationIn(bare.certificate())));
        assertThat(found(Lookup.of(By.EMAIL, "alice@example.org", 1)).total()).isZero();
        assertThat(found(Lookup.of(By.IDENTITY, "Alice <alice@example.org>", 1)).total())
                .isZero();
        assertThat(fingerprints("alice")).isEqualTo(of(others, both));
        assertThat(fingerprints("alice", "example.org")).isEqualTo(of(both));
        given = HardRevoked.ALL;
        assertThat(found(byFingerprint).found().get(0).certificate()).hasSizeGreaterThan(whole.length);
        assertThat(fingerprints("alice", "example.org")).isEqualTo(of(ours, both));
        assertThat(found(Lookup.of(By.EMAIL, "alice@example.org", 1)).total()).isEqualTo(1);
    }

    private byte[] revocationIn(byte[] bare) {
        return java.util.Arrays.copyOfRange(bare, ours.packet().length, bare.length);
    }
}
