package oks.fault;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why input or output failed, in words for an operator: never the name of a class. Any thread. */
public final class IoReason {

    private IoReason() {}

    /** The reason alone, such as {@code permission denied}: for a message that names the file. */
    public static String of(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "does not exist";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "exists already";
        }
        if (failure instanceof NotDirectoryException) {
            return "is no directory";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "is not empty";
        }
        String said = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return said == null ? "input or output failed" : said;
    }

    /** The reason with the file that the failure names, such as {@code file "/srv/a": permission denied}. */
    public static String withFile(IOException failure) {
        return failure instanceof FileSystemException file && file.getFile() != null
                ? "file \"" + file.getFile() + "\": " + of(failure)
                : of(failure);
    }
}
