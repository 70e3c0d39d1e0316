package oks.backup.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BinaryOperator;
import oks.archive.ArchiveName;
import oks.archive.Proof;
import oks.backup.archive.KeyOptions;
import oks.backup.output.BackupContext;
import oks.backup.output.Scratch;
import oks.backup.output.VerifiedArchives;
import oks.backup.verify.Verification.SoundArchive;
import oks.cli.BackupDirectoryOption;
import oks.cli.CommonOptions;
import oks.fault.Advice;
import oks.fault.Count;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.FaultParts;
import oks.json.OrNull;
import oks.openpgp.TrustedKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code oks-backup verify}: reads archives and recovery files to their last byte. */
@Command(name = "verify", description = "Verify archives, recovery files, and that they continue each other.")
public final class VerifyCommand implements Callable<Integer> {
    private static final Path STANDARD_INPUT = Path.of("-");

    /** Not by time: clocks are set back. */
    private static final Comparator<SoundArchive> NEWEST = Comparator.comparingLong(
                    (SoundArchive archive) -> archive.manifest().state().firstRecoveryOrdinal())
            .thenComparing(archive -> archive.manifest().state().lsn())
            .thenComparing(archive -> archive.manifest().created());

    @ParentCommand
    private BackupContext program;

    @Mixin
    private CommonOptions options;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(
            arity = "0..*",
            paramLabel = "DIR|FILE",
            description = "Backup directories, archives and recovery files; \"-\" is an archive on standard input.")
    private List<Path> paths = List.of();

    @Option(
            names = "--restore",
            description =
                    "Also restore the newest archive of each directory, and each archive that is named, and compare.")
    private boolean restore;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description = "Where archives are unpacked and restored; it needs room for the database (default: the "
                    + "directory for temporary files).")
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--trusted-keys",
            paramLabel = "FILE",
            description = "Demand of every archive a signature by one of these certificates.")
    private Path trustedKeys; // null for none

    @Option(names = "--signature", paramLabel = "FILE", description = "The signature of the archive on standard input.")
    private Path signature = STANDARD_INPUT;

    @Override
    public Integer call() throws IOException {
        paths = directoryOption.paths(paths, options);
        boolean piped = paths.equals(List.of(STANDARD_INPUT));
        for (Path path : paths) {
            if (!piped && !Files.exists(path)) {
                throw OperatorFault.of(ExitCode.USAGE, "\"%s\" does not exist", path)
                        .next("name a backup directory, archives or recovery files");
            }
        }
        Scratch.require(scratch);
        Verification verification = new Verification(
                program.disk(),
                options::progress,
                new SignatureCheck(program.disk(), trusted()),
                Optional.of(new ArchiveVerification.Proving(scratch, program.clock())));
        List<Verification.Finding> findings =
                new ArrayList<>(piped ? verification.verify(System.in, signature) : verification.verify(paths));
        if (restore) {
            findings.addAll(testRestore(verification));
        }
        if (status(findings) == ExitCode.DONE) {
            VerifiedArchives.tell(
                    options,
                    verification.proven().stream().map(SoundArchive::manifest).toList());
        }
        if (options.json()) {
            return options.printResult(members(findings), List.of(), gravest(findings));
        }
        findings.forEach(finding -> options.out().println(finding.line()));
        return status(findings).status();
    }

    private Optional<TrustedKeys> trusted() throws IOException {
        return trustedKeys == null
                ? Optional.empty()
                : Optional.of(
                        TrustedKeys.read(Files.readAllBytes(KeyOptions.readable(trustedKeys)), trustedKeys.toString()));
    }

    private List<Verification.Finding> testRestore(Verification verification) throws IOException {
        TestRestore testRestore = new TestRestore(scratch, program.clock());
        List<Verification.Finding> findings = new ArrayList<>();
        for (SoundArchive archive : wanted(verification.sound())) {
            String what = "restore of " + archive.file();
            try {
                requireReadable(archive);
                LastRestore restored = testRestore.restore(archive);
                restored.record(program.disk(), archive.file().toAbsolutePath().getParent());
                recordProof(archive.file(), verification, restored.at());
                findings.add(new Verification.Finding(
                        what,
                        "LSN " + restored.lsn() + ", "
                                + Count.of(restored.certificates(), "certificate") + ", state digest as expected, "
                                + restored.seconds() + " s",
                        Optional.empty()));
            } catch (OperatorFault fault) {
                findings.add(new Verification.Finding(what, "", Optional.of(fault)));
            }
        }
        if (findings.isEmpty()) {
            findings.add(new Verification.Finding(
                    "restore",
                    "",
                    Optional.of(OperatorFault.of(
                                    ExitCode.FAILED, "there is no sound archive of oks-backup that could be restored")
                            .next(
                                    "make one: %s",
                                    Advice.archive(paths.stream()
                                            .filter(Files::isDirectory)
                                            .map(Path::toString)
                                            .findFirst()
                                            .orElse("DIR"))))));
        }
        return findings;
    }

    private void recordProof(Path archive, Verification verification, Instant at) throws IOException {
        Optional<Proof> proof = verification
                .proof(archive)
                .filter(one -> ArchiveName.of(archive).isPresent());
        if (proof.isPresent()) {
            new Proof(Proof.Level.RESTORED, at, proof.get().sha256(), BackupContext.program())
                    .write(program.disk(), archive);
        }
    }

    private static void requireReadable(SoundArchive archive) {
        if (archive.encrypted()) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "archive \"%s\" is encrypted, so that only its recipients can restore it",
                            archive.file())
                    .next("try it where the secret key is: %s", Advice.restoreDecrypted(archive.file()));
        }
    }

    /** Those that were named, and of each directory that was named the newest of each database. */
    private List<SoundArchive> wanted(List<SoundArchive> sound) {
        Map<String, SoundArchive> newest = new LinkedHashMap<>();
        for (SoundArchive archive : sound) {
            boolean named = paths.contains(archive.file());
            if (!named && !archive.newest()) {
                continue;
            }
            String key = named
                    ? archive.file().toString()
                    : archive.file().getParent() + " "
                            + archive.manifest().state().identity().database();
            newest.merge(key, archive, BinaryOperator.maxBy(NEWEST));
        }
        return List.copyOf(newest.values());
    }

    /** The gravest: damage before gaps before everything else. */
    private static Optional<OperatorFault> gravest(List<Verification.Finding> findings) {
        List<OperatorFault> faults =
                findings.stream().flatMap(finding -> finding.fault().stream()).toList();
        for (ExitCode grave : List.of(ExitCode.DAMAGED, ExitCode.GAP_OR_FORK)) {
            for (OperatorFault fault : faults) {
                if (fault.code() == grave) {
                    return Optional.of(fault);
                }
            }
        }
        return faults.stream().findFirst();
    }

    private static ExitCode status(List<Verification.Finding> findings) {
        return gravest(findings).map(OperatorFault::code).orElse(ExitCode.DONE);
    }

    /** The members of {@code verify --json}; see oks-json(7). */
    private record Members(List<Checked> checked) {}

    /** One thing that was verified. */
    private record Checked(String what, boolean ok, @OrNull String remark, Optional<FaultParts> error) {}

    private static Members members(List<Verification.Finding> findings) {
        return new Members(findings.stream()
                .map(finding -> new Checked(
                        finding.what(),
                        finding.fault().isEmpty(),
                        finding.remark(),
                        finding.fault().map(FaultParts::of)))
                .toList());
    }
}
