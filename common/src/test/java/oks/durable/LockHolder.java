package oks.durable;

import java.io.IOException;
import java.nio.file.Path;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;

/** A process that takes a lock, says how that went, and holds it until its standard input ends. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws IOException {
        try (DirectoryLock lock = new DatabaseDirectory(new RealDisk(), Path.of(args[0])).lock("holder")) {
            System.out.println("locked " + (lock != null));
            while (System.in.read() >= 0) {
                continue; // until whoever started us goes or says so
            }
        } catch (OperatorFault fault) {
            System.out.println(fault.code() + " " + fault.what());
        }
    }
}
