package oks.oksd.control;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.fingerprint;
import static oks.testing.SampleCertificates.revoked;
import static oks.testing.SampleCertificates.updated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.oksd.Bench;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateMerge;
import oks.openpgp.Fingerprint;
import oks.openpgp.Limits;
import oks.openpgp.Policy;
import oks.openpgp.UploadParser;
import oks.recovery.RecoveryDirectory;
import oks.recovery.Seal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateHistoryTest {
    private static final Fingerprint ONE = Fingerprint.parse(fingerprint(1));

    @TempDir
    private Path temporary;

    private Bench bench;
    private final List<Long> files = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private CertificateHistory history() {
        CertificateHistory history = new CertificateHistory(ONE);
        history.add(bench.store.get(ONE));
        new RecordedChanges(new RecoveryDirectory(bench.disk, Bench.LOG_DIRECTORY), Bench.IDENTITY.database())
                .read(bench.store.position().last(), history::add, files::add, history::note);
        return history;
    }

    private void change(byte[] content) {
        var outcome = bench.submit(content);
        bench.turn();
        Bench.answer(outcome);
    }

    @Test
    void everyVersionIsListedOverAllFilesWithWhatChanged() {
        bench.put(1);
        bench.put(2);
        bench.turnFor(bench.committer.rotate(Seal.Reason.ROTATED));
        change(updated(1, 1));
        change(revoked(1));

        ObjectNode list = Json.STANDARD.tree(history().list());
        assertThat(list.path("versions").findValuesAsText("lsn")).containsExactly("1", "3", "4");
        assertThat(texts(list, 0, "parts_added"))
                .containsExactly("primary key", "user ID \"Name 1 <name1@example.org>\"");
        assertThat(texts(list, 1, "parts_added")).containsExactly("user ID \"Name 1 update 1 <name1-1@example.org>\"");
        assertThat(texts(list, 2, "parts_added")).containsExactly("1 signature on primary key");
        assertThat(list.findValues("parts_removed")).allMatch(JsonNode::isEmpty);
        assertThat(list.path("versions").get(0).path("origin").asText()).isEqualTo("test");
        assertThat(list.path("stored_lsn").asLong()).isEqualTo(4);
        assertThat(list.path("missing")).isEmpty();
        assertThat(list.path("notes")).isEmpty();
        assertThat(files).containsExactly(1L, 2L);
    }

    private static List<String> texts(ObjectNode list, int version, String member) {
        List<String> texts = new ArrayList<>();
        list.path("versions").get(version).path(member).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    @Test
    void eachVersionComesOutAsItWas() {
        bench.put(1);
        change(updated(1, 1));
        byte[] merged = CertificateMerge.merge(
                        Certificate.ofStored(certificate(1)), Certificate.ofStored(updated(1, 1)))
                .bytes();

        assertThat(exported(1)).isEqualTo(certificate(1));
        assertThat(exported(2)).isEqualTo(merged);
        assertThat(catchThrowableOfType(OperatorFault.class, () -> history().export(3))
                        .what())
                .isEqualTo("no version of certificate " + ONE + " with LSN 3 is here");
    }

    private byte[] exported(long lsn) {
        byte[] armored = history().export(lsn).armored().getBytes(StandardCharsets.US_ASCII);
        return new UploadParser(Limits.standard(), Policy.standard())
                .parse(armored)
                .accepted()
                .get(0)
                .certificate()
                .bytes();
    }

    @Test
    void whatOnlyTheStoreKnowsIsListedAndAMissingVersionIsNamed() throws IOException {
        bench.put(1);
        Path first =
                Bench.LOG_DIRECTORY.resolve(bench.committer.logView().file().toString());
        bench.turnFor(bench.committer.rotate(Seal.Reason.ROTATED));
        bench.disk.delete(first);
        ObjectNode storeOnly = Json.STANDARD.tree(history().list());
        assertThat(storeOnly.path("versions").get(0).path("lsn").asLong()).isEqualTo(1);
        assertThat(storeOnly.path("versions").get(0).path("file").isNull()).isTrue();

        change(updated(1, 1));
        ObjectNode list = Json.STANDARD.tree(history().list());
        assertThat(list.path("missing").get(0).asLong()).isEqualTo(1);
        assertThat(list.path("versions").get(0).has("parts_added")).isFalse();
    }

    @Test
    void anUnknownCertificateIsSaidToBeUnknown() {
        bench.put(2);
        assertThat(catchThrowableOfType(OperatorFault.class, () -> history().list())
                        .what())
                .isEqualTo("neither the database nor its recovery files know certificate " + ONE);
    }
}
