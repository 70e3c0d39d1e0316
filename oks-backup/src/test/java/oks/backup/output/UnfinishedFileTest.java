package oks.backup.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import oks.durable.Disk;
import oks.durable.DurableFile;
import oks.durable.RealDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnfinishedFileTest {
    @TempDir
    private Path out;

    /** A disk that is full: every write to a file fails as the kernel says it, without the file's name. */
    private static Disk full() {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    Object result = call(new RealDisk(), method, arguments);
                    return result instanceof DurableFile file ? full(file) : result;
                });
    }

    private static DurableFile full(DurableFile file) {
        return (DurableFile) Proxy.newProxyInstance(
                DurableFile.class.getClassLoader(), new Class<?>[] {DurableFile.class}, (self, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        throw new IOException("No space left on device");
                    }
                    return call(file, method, arguments);
                });
    }

    private static Object call(Object on, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void aFullDiskIsToldWithTheNameOfTheFileAndNothingIsLeft() throws IOException {
        Path named = out.resolve("sample-20261122104902-1.full.tar.gz");
        try (UnfinishedFile file = UnfinishedFile.begin(full(), named)) {
            FileSystemException failure = catchThrowableOfType(
                    FileSystemException.class, () -> file.stream().write(new byte[10]));
            assertThat(failure.getFile()).isEqualTo(named.toString());
            assertThat(failure.getReason()).isEqualTo("No space left on device");
        }
        try (Stream<Path> left = Files.list(out)) {
            assertThat(left).isEmpty();
        }
    }
}
