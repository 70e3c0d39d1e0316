package oks.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import oks.testing.ManualPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ManifestTest {
    @TempDir
    private Path scratch;

    private Manifest manifest;

    @BeforeEach
    void make() throws Exception {
        manifest = new Manifest(
                "oks-backup 2.0.0",
                SampleSnapshot.CREATED,
                SampleSnapshot.small(scratch).state(),
                List.of(new ArchivedFile("IDENTITY", 5, Hash.ZERO), new ArchivedFile("store/\"ü\".sst", 7, Hash.ZERO)));
    }

    private static OperatorFault refusal(byte[] contents) {
        OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> ManifestText.parse(contents, "a.tar"));
        assertThat(fault).as("a manifest that passes for good").isNotNull();
        return fault;
    }

    @Test
    void whatIsReadIsWhatWasWritten() {
        assertThat(ManifestText.parse(ManifestText.bytes(manifest), "a.tar")).isEqualTo(manifest);
    }

    @Test
    void aForkedTimelineIsKept() {
        ArchivedState state = manifest.state();
        DatabaseIdentity identity = state.identity();
        DatabaseIdentity forked = new DatabaseIdentity(
                identity.name(),
                identity.database(),
                identity.timeline().fork(new UUID(1, 2), new Lsn(9), Digest.EMPTY));
        Manifest other = new Manifest(
                "p",
                SampleSnapshot.CREATED,
                new ArchivedState(forked, state.lsn(), state.digest(), state.chain(), 1, 2),
                manifest.files());
        assertThat(ManifestText.parse(ManifestText.bytes(other), "a.tar")).isEqualTo(other);
    }

    @Test
    void itsLastMemberIsTheHashOfTheLinesBefore() {
        String text = new String(ManifestText.bytes(manifest), StandardCharsets.UTF_8);
        List<String> lines = text.lines().toList();
        String before = String.join("\n", lines.subList(0, lines.size() - 2)) + "\n";
        Hash hash = Hash.of(Hash.sha256().digest(before.getBytes(StandardCharsets.UTF_8)));
        assertThat(lines.get(lines.size() - 2)).isEqualTo("  \"sha256\" : \"" + hash + "\"");
    }

    @Test
    void everyFlippedByteAndEveryShorterManifestIsDamaged() {
        byte[] whole = ManifestText.bytes(manifest);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x20;
            assertThat(refusal(flipped).code()).as("flipped at " + at).isEqualTo(ExitCode.DAMAGED);
            assertThat(refusal(Arrays.copyOf(whole, at)).code())
                    .as("cut to " + at)
                    .isEqualTo(ExitCode.DAMAGED);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'\"lsn\" : 12', '\"lsn\" : \"12\"', '\"lsn\" is \"12\", but an LSN from 0 to 4611686018427387903 is expected'",
                "'\"lsn\" : 12', '\"lsn\" : -1', '\"lsn\" is -1'",
                "'\"lsn\" : 12', '\"lsn\" : 9223372036854775807', '\"lsn\" is 9223372036854775807'",
                "'\"first_recovery_ordinal\" : 3', '\"first_recovery_ordinal\" : 10000000000', '\"first_recovery_ordinal\" is 10000000000'",
                "'\"number\" : 1,', '\"number\" : 2147483647,', '\"timeline.number\" is 2147483647'",
                "'\"created\" : \"2026', '\"created\" : \"+123456', '\"created\" is \"+123456'",
                "'\"lsn\" : 12', '\"lsn\" : null', '\"lsn\" is null'",
                "'\"lsn\" : 12', '\"nsl\" : 12', 'lacks \"lsn\"'",
                "'\"lsn\" : 12', '\"lsn\" : 12, \"x\" : 1', 'unknown member \"x\"'",
                "'\"lsn\" : 12', '\"lsn\" : 12, \"lsn\" : 13', 'Duplicate field'",
                "'\"size\" : 5', '\"size\" : 5.5', '\"files[0].size\" is 5.5, but a whole number is expected'",
                "'\"path\" : \"IDENTITY\"', '\"path\" : \"../IDENTITY\"', '../IDENTITY'",
                "'\"database\" : \"sample\"', '\"database\" : \"Sample\"', 'not a database name'",
            })
    void whatAManifestNeverHoldsIsRefusedThoughItsHashIsRight(String from, String to, String said) {
        OperatorFault fault = refusal(rehashed(from, to));
        assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
        assertThat(fault.what())
                .startsWith("the manifest of archive \"a.tar\" ")
                .contains(said);
    }

    @Test
    void aNewerFormatNamesBothVersions() {
        OperatorFault fault = refusal(rehashed("\"format\" : 1", "\"format\" : 3"));
        assertThat(fault.code()).isEqualTo(ExitCode.FAILED);
        assertThat(fault.what()).isEqualTo("archive \"a.tar\" has format 3, but this program reads formats up to 2");
    }

    @Test
    void theFormatSaysWhetherThereAreBases() {
        assertThat(refusal(rehashed("\"format\" : 1", "\"format\" : 2")).what()).contains("\"format\" is \"2\"");
        manifest = incremental();
        assertThat(ManifestText.parse(ManifestText.bytes(manifest), "a.tar")).isEqualTo(manifest);
        assertThat(refusal(rehashed("\"format\" : 2", "\"format\" : 1")).what()).contains("\"format\" is \"1\"");
    }

    private Manifest incremental() {
        return new Manifest(
                manifest.program(),
                manifest.created(),
                manifest.state(),
                manifest.files(),
                List.of(new BaseArchive(
                        "sample-20261122104902-11.full.tar.zst", Hash.ZERO, List.of("store/\"ü\".sst"))));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'\"sample-20261122104902-11.full.tar.zst\"', '\"../sample-20261122104902-11.full.tar.zst\"'",
                "'\"sample-20261122104902-11.full.tar.zst\"', '\"/sample-20261122104902-11.full.tar.zst\"'",
                "'\"sample-20261122104902-11.full.tar.zst\"', '\"sample-20261122104902-11.full.tar.zst.pgp\"'",
                "'\"sample-20261122104902-11.full.tar.zst\"', '\"other-20261122104902-11.full.tar.zst\"'",
                "'\"sample-20261122104902-11.full.tar.zst\"', '\"anything\"'",
                "'\"files\" : [ \"', '\"files\" : [ \"IDENTITY\", \"'",
                "'\"files\" : [ \"', '\"files\" : [ \"store/none.sst\", \"'",
            })
    void aBaseThatNoArchiveCanHaveIsRefused(String from, String to) {
        manifest = incremental();
        assertThat(refusal(rehashed(from, to)).code()).isEqualTo(ExitCode.DAMAGED);
    }

    @Test
    void theManualPageListsEveryMember() throws IOException {
        ManualPage page = ManualPage.of("oks-archive.5");
        new ObjectMapper()
                .readTree(ManifestText.bytes(incremental()))
                .fieldNames()
                .forEachRemaining(
                        member -> assertThat(page.hasItem(member)).as(member).isTrue());
    }

    private byte[] rehashed(String from, String to) {
        String text = new String(ManifestText.bytes(manifest), StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        String before = text.substring(0, text.lastIndexOf("  \"sha256\"")).replace(from, to);
        Hash hash = Hash.of(Hash.sha256().digest(before.getBytes(StandardCharsets.UTF_8)));
        return (before + "  \"sha256\" : \"" + hash + "\"\n}\n").getBytes(StandardCharsets.UTF_8);
    }
}
