package oks.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name. */
final class HostName {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname"); // asks no name server, unlike InetAddress

    private HostName() {}

    /** The name as HOSTNAME of RFC 5424, section 6.2.4, wants it; "-" if unknown. */
    static String read() {
        try {
            String name = Files.readString(KERNEL).strip();
            return name.matches("[!-~]{1,255}") ? name : "-";
        } catch (IOException e) {
            return "-"; // not Linux
        }
    }
}
