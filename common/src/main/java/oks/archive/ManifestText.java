package oks.archive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Bounds;
import oks.json.Json;
import oks.recovery.Hash;

/**
 * The manifest as JSON text. Its last member is the SHA-256 of all bytes before the line that holds it, so that a
 * manifest which was changed or cut short never passes for a good one.
 */
public final class ManifestText {
    private static final String HASH_BEGINS = "  \"sha256\" : \"";
    private static final String HASH_ENDS = "\"\n}\n";
    private static final int TAIL = HASH_BEGINS.length() + 2 * Hash.BYTES + HASH_ENDS.length();
    /** The member that every format has. */
    private record Format(
            @Bounds(min = 1, max = Integer.MAX_VALUE) int format) {}

    private ManifestText() {}

    /** The file's contents, ending in a hash of themselves. */
    public static byte[] bytes(Manifest manifest) {
        return write(manifest).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The signed text: the hash with which the contents end, hexadecimal, and a newline. It says all that the manifest
     * says.
     */
    public static byte[] statement(Manifest manifest) {
        return (hash(bytes(manifest)) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static String write(Manifest manifest) {
        String open = ArchiveJson.JSON.lines(ManifestMembers.of(manifest));
        String hashed = open.substring(0, open.length() - "\n}".length()) + ",\n";
        Hash hash = Hash.of(Hash.sha256().digest(hashed.getBytes(StandardCharsets.UTF_8)));
        return hashed + HASH_BEGINS + hash + HASH_ENDS;
    }

    /**
     * Reads the file's contents.
     *
     * @param archive only for messages
     * @throws OperatorFault DAMAGED when they do not match their own hash or are not what a manifest holds, FAILED when
     *     the format is too new
     */
    public static Manifest parse(byte[] contents, String archive) {
        checkHash(contents, archive);
        try {
            ObjectNode object = Json.object(contents);
            int format = ArchiveJson.JSON.readKnown(object, Format.class).format();
            if (format > Manifest.FORMAT) {
                throw tooNew(format, archive);
            }
            return ArchiveJson.JSON.read(object, ManifestMembers.class).manifest();
        } catch (IllegalArgumentException e) {
            throw damaged(archive, "is not what a manifest holds: " + firstLine(e))
                    .because(e);
        }
    }

    private static void checkHash(byte[] contents, String archive) {
        int hashed = contents.length - TAIL;
        String tail = tail(contents);
        if (!tail.startsWith(HASH_BEGINS) || !tail.endsWith(HASH_ENDS)) {
            throw damaged(archive, "does not end with its hash");
        }
        Hash actual = Hash.of(Hash.sha256().digest(Arrays.copyOf(contents, hashed)));
        String listed = hash(contents);
        if (!listed.equals(actual.hex())) {
            throw damaged(archive, "has the hash " + actual + ", but says " + EntryName.shown(listed));
        }
    }

    private static String tail(byte[] contents) {
        int hashed = contents.length - TAIL;
        return hashed < 0 ? "" : new String(contents, hashed, TAIL, StandardCharsets.UTF_8);
    }

    /** The hash with which a manifest ends, as it says. */
    private static String hash(byte[] contents) {
        return tail(contents).substring(HASH_BEGINS.length(), HASH_BEGINS.length() + 2 * Hash.BYTES);
    }

    private static OperatorFault tooNew(int format, String archive) {
        return OperatorFault.of(
                        ExitCode.FAILED,
                        "archive \"%s\" has format %d, but this program reads formats up to %d",
                        archive,
                        format,
                        Manifest.FORMAT)
                .kept("nothing was changed")
                .next("use the version of OKS that wrote it, or a newer one");
    }

    private static OperatorFault damaged(String archive, String what) {
        return ArchiveFaults.damaged("the manifest of archive \"%s\" %s", archive, what);
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        return EntryName.shown(message.lines().findFirst().orElse(""));
    }
}
