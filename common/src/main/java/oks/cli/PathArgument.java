package oks.cli;

import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.log.Printable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A path on a command line, or what is wrong with its name where Java cannot take it. */
final class PathArgument implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("it is empty, which names nothing");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(
                    refused(e).what() + "; " + refused(e).next());
        }
    }

    /** In the C locale, Java knows ASCII alone. */
    static OperatorFault refused(InvalidPathException e) {
        OperatorFault fault =
                OperatorFault.of(ExitCode.USAGE, "\"%s\" cannot be the name of a file", Printable.of(e.getInput()));
        return e.getInput().indexOf('\0') >= 0
                ? fault.next("take the zero byte out of it")
                : fault.next(
                        "set LC_ALL=C.UTF-8, since the names of files are in character set %s here, then run the "
                                + "command again",
                        Charset.forName(System.getProperty("sun.jnu.encoding", "US-ASCII"))
                                .name());
    }
}
