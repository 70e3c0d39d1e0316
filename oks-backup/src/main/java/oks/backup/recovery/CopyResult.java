package oks.backup.recovery;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.backup.verify.MissingFiles;
import oks.fault.Count;

/**
 * The result of {@code recovery}.
 *
 * @param copied names, in order
 * @param before how many files were there before
 * @param rotated whether oksd completed a file for this run
 * @param notComplete the file that was left out because it is still written, or was when oksd was killed
 * @param lastOrdinal of the last file in the directory; 0 when it has none
 * @param lastLsn the last change in the directory
 * @param missing what is not there, told after the others were copied
 */
public record CopyResult(
        Path directory,
        List<String> copied,
        int before,
        boolean rotated,
        Optional<String> notComplete,
        long lastOrdinal,
        long lastLsn,
        Optional<MissingFiles> missing) {

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("copied " + Count.of(copied.size(), "recovery file") + " to " + directory + "; there before: "
                + before);
        copied.forEach(name -> lines.add("  " + name));
        lines.add("  last change     LSN " + lastLsn);
        lines.add("  not complete    " + notComplete.orElse("none"));
        missing.ifPresent(gap -> lines.add("  gap             " + gap.what()));
        missing.ifPresent(gap -> lines.add("                  " + gap.meaning()));
        lines.add("  verified        every frame and every link, " + Count.of(before + copied.size(), "file"));
        return lines;
    }

    /** The members of {@code recovery --json}; see oks-json(7). */
    record Members(
            Path directory,
            List<String> copied,
            int before,
            boolean rotated,
            Optional<String> notComplete,
            long lastOrdinal,
            long lastLsn,
            Optional<String> gap,
            Optional<String> archiveBeyondGap) {}

    Members members() {
        return new Members(
                directory.toAbsolutePath(),
                copied,
                before,
                rotated,
                notComplete,
                lastOrdinal,
                lastLsn,
                missing.map(MissingFiles::what),
                missing.flatMap(MissingFiles::beyond));
    }
}
