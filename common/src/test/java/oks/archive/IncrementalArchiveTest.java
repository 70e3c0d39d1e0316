package oks.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Hash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An archive that leaves to another one what that holds already. */
final class IncrementalArchiveTest {
    private static final String BASE = "sample-20261122104902-12.full.tar";
    private static final String TABLE = "store/000012.sst";

    @TempDir
    private Path scratch;

    private Path backups;
    private SampleSnapshot snapshot;
    private SharedFiles.Holder base;

    /** A full archive, and after it one file changed and one that is new. */
    @BeforeEach
    void change() throws IOException {
        backups = Files.createDirectory(scratch.resolve("backups"));
        snapshot = SampleSnapshot.small(scratch.resolve("db"));
        base = archive(BASE, Compression.NONE, SharedFiles.NONE);
        Files.writeString(store("CURRENT"), "changed");
        Files.writeString(store("000013.sst"), "new");
    }

    private Path store(String name) {
        return snapshot.directory().resolve("store").resolve(name);
    }

    private SharedFiles.Holder archive(String name, Compression compression, SharedFiles shared) throws IOException {
        return archive(name, compression, shared, ArchiveWriter.UNSEEN);
    }

    private SharedFiles.Holder archive(
            String name, Compression compression, SharedFiles shared, ArchiveWriter.Witness witness)
            throws IOException {
        Path file = backups.resolve(name);
        Manifest manifest = ArchiveWriter.write(
                snapshot.source(),
                snapshot.state(),
                Files.newOutputStream(file),
                compression,
                "oks-backup 2.0.0",
                SampleSnapshot.CREATED,
                bytes -> {},
                witness,
                shared);
        return new SharedFiles.Holder(name, Hash.of(Hash.sha256().digest(Files.readAllBytes(file))), manifest);
    }

    private SharedFiles.Holder incremental(SharedFiles.Holder... holders) throws IOException {
        return archive("sample-20261122104902-13.full.tar", Compression.NONE, SharedFiles.of(List.of(holders)));
    }

    private ArchiveContents check(String name) throws IOException {
        return ArchiveCheck.check(backups.resolve(name), bytes -> {});
    }

    private OperatorFault fault(String name) {
        return catchThrowableOfType(OperatorFault.class, () -> check(name));
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void whatIsUnpackedIsTheWholeDatabase(Compression compression) throws IOException {
        String name = "sample-20261122104902-13.full" + compression.suffix();
        SharedFiles.Holder made = archive(name, compression, SharedFiles.of(List.of(base)));
        Path into = Files.createDirectory(scratch.resolve("into"));
        ArchiveContents contents;
        try (InputStream in = Files.newInputStream(backups.resolve(name))) {
            BaseArchives bases = BaseArchives.beside(new RealDisk(), backups.resolve(name), ArchiveProgress.unseen());
            contents = Extraction.unpack(in, name, into, bases, bytes -> {});
        }
        assertThat(contents.manifest()).contains(made.manifest());
        assertThat(contents.bytes()).isGreaterThan(made.manifest().bytes());
        for (ArchiveSource.SourceFile file : snapshot.source().files()) {
            assertThat(into.resolve("sample").resolve(file.path())).hasSameBinaryContentAs(file.file());
        }
    }

    @Test
    void itHoldsOnlyWhatNoOtherHolds() throws IOException {
        Manifest made = incremental(base).manifest();
        assertThat(made.files()).hasSize(snapshot.source().files().size());
        assertThat(made.own())
                .extracting(ArchivedFile::path)
                .containsExactly("IDENTITY", "store/000013.sst", "store/CURRENT");
        assertThat(made.bases())
                .containsExactly(
                        new BaseArchive(BASE, base.sha256(), List.of(TABLE, "store/" + SampleSnapshot.LONG_NAME)));
        assertThat(Files.readString(backups.resolve("sample-20261122104902-13.full.tar"), StandardCharsets.ISO_8859_1))
                .contains("\"format\" : 2");
    }

    @Test
    void whereNothingCanBeSharedItIsAFullArchiveOfTheOldFormat() throws IOException {
        for (String name : List.of("000012.sst", SampleSnapshot.LONG_NAME)) {
            Files.writeString(store(name), "other");
        }
        Manifest made = incremental(base).manifest();
        assertThat(made.bases()).isEmpty();
        assertThat(new String(ManifestText.bytes(made), StandardCharsets.UTF_8))
                .contains("\"format\" : 1")
                .doesNotContain("bases");
    }

    @Test
    void aTableOfTheSameNameAndSizeWithOtherBytesIsHeldAgain() throws IOException {
        byte[] other = Files.readAllBytes(store("000012.sst"));
        other[17] ^= 1;
        Files.write(store("000012.sst"), other);
        Manifest made = incremental(base).manifest();
        assertThat(made.own()).extracting(ArchivedFile::path).contains(TABLE);
        assertThat(check("sample-20261122104902-13.full.tar").manifest()).contains(made);
    }

    @Test
    void theArchiveThatHoldsTheBytesIsNamedNotTheOneThatRefersOn() throws IOException {
        SharedFiles.Holder second = incremental(base);
        Manifest third = archive(
                        "sample-20261122104902-14.full.tar", Compression.NONE, SharedFiles.of(List.of(base, second)))
                .manifest();
        assertThat(third.own()).extracting(ArchivedFile::path).containsExactly("IDENTITY");
        assertThat(third.shared().get(TABLE).archive()).isEqualTo(BASE);
        assertThat(third.shared().get("store/000013.sst").archive()).isEqualTo(second.name());
        assertThat(check("sample-20261122104902-14.full.tar").manifest()).contains(third);
    }

    @Test
    void theNewestOfTwoHoldersIsNamed() throws IOException {
        SharedFiles.Holder again = archive("sample-20261122104903-12.full.tar", Compression.NONE, SharedFiles.NONE);
        assertThat(incremental(base, again).manifest().bases())
                .extracting(BaseArchive::archive)
                .containsExactly(again.name());
    }

    @Test
    void onlyWhatIsNotHeldElsewhereIsShownToTheWitness() throws IOException {
        List<String> seen = new ArrayList<>();
        archive(
                "sample-20261122104902-13.full.tar",
                Compression.NONE,
                SharedFiles.of(List.of(base)),
                new ArchiveWriter.Witness() {
                    @Override
                    public java.io.OutputStream file(String path) {
                        seen.add(path);
                        return java.io.OutputStream.nullOutputStream();
                    }

                    @Override
                    public void complete() {}
                });
        assertThat(seen).containsExactly("IDENTITY", "store/000013.sst", "store/CURRENT");
    }

    @Test
    void aMissingBaseIsAGapThatNamesIt() throws IOException {
        String name = incremental(base).name();
        Files.delete(backups.resolve(BASE));
        OperatorFault fault = fault(name);
        assertThat(fault.code()).isEqualTo(ExitCode.GAP_OR_FORK);
        assertThat(fault.what())
                .contains(name + "\" is incremental, and needs archive \"" + BASE)
                .contains(base.sha256().hex().substring(0, 16));
        assertThat(fault.next()).contains("oks-backup list");
    }

    @Test
    void aPipeDoesNotBringItsBases() throws IOException {
        byte[] bytes = Files.readAllBytes(backups.resolve(incremental(base).name()));
        OperatorFault fault = catchThrowableOfType(
                OperatorFault.class,
                () -> ArchiveCheck.check(new ByteArrayInputStream(bytes), "-", BaseArchives.ofPipe(), read -> {}));
        assertThat(fault.code()).isEqualTo(ExitCode.GAP_OR_FORK);
        assertThat(fault.what()).contains("a pipe does not bring");
        assertThat(fault.next()).contains(BASE);
    }

    @Test
    void aDamagedBaseMakesItDamagedAndIsNamed() throws IOException {
        String name = incremental(base).name();
        byte[] bytes = Files.readAllBytes(backups.resolve(BASE));
        for (int at : List.of(4 * 512 + 7, bytes.length / 2, 2 * 512 + 3)) { // contents and headers
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x10;
            Files.write(backups.resolve(BASE), damaged);
            OperatorFault fault = fault(name);
            if (fault == null) {
                assertThat(check(name).bytes()).isPositive(); // nothing that is needed was hit
                continue;
            }
            assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
            assertThat(fault.what())
                    .startsWith("archive \"" + backups.resolve(name) + "\" needs archive \"" + backups.resolve(BASE)
                            + "\", which is damaged: ");
        }
        Files.write(backups.resolve(BASE), java.util.Arrays.copyOf(bytes, bytes.length / 3));
        assertThat(fault(name).what()).contains(BASE + "\", which is damaged: ");
    }

    @Test
    void anotherArchiveOfTheBasesNameIsFoundOut() throws IOException {
        String name = incremental(base).name();
        Files.delete(store("000012.sst"));
        archive(BASE, Compression.NONE, SharedFiles.NONE);
        assertThat(fault(name).what()).contains("file \"sample/" + TABLE + "\" is not in it");
        Files.writeString(store("000012.sst"), "x");
        archive(BASE, Compression.NONE, SharedFiles.NONE);
        assertThat(fault(name).what()).contains(TABLE + "\" in archive \"" + BASE + "\" has 1 bytes");
    }

    @Test
    void readBackLooksAtNoBase() throws IOException {
        SharedFiles.Holder made = incremental(base);
        Files.delete(backups.resolve(BASE));
        try (InputStream in = Files.newInputStream(backups.resolve(made.name()))) {
            assertThat(ArchiveCheck.hashOwn(in, made.name(), bytes -> {}).sha256())
                    .isEqualTo(made.sha256());
        }
    }
}
