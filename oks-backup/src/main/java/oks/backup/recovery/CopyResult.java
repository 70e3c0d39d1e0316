package oks.backup.recovery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    ObjectNode json() {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("directory", directory.toAbsolutePath().toString());
        var names = object.putArray("copied");
        copied.forEach(names::add);
        return object.put("before", before)
                .put("rotated", rotated)
                .put("not_complete", notComplete.orElse(null))
                .put("last_ordinal", lastOrdinal)
                .put("last_lsn", lastLsn)
                .put("gap", missing.map(MissingFiles::what).orElse(null))
                .put("archive_beyond_gap", missing.flatMap(MissingFiles::beyond).orElse(null));
    }
}
