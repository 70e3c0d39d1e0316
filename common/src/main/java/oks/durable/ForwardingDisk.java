package oks.durable;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/** A disk that has everything done by another one; others change single operations. As thread-safe as that one. */
public abstract class ForwardingDisk implements Disk {
    private final Disk disk;

    protected ForwardingDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public DurableFile create(Path file) throws IOException {
        return disk.create(file);
    }

    @Override
    public DurableFile open(Path file) throws IOException {
        return disk.open(file);
    }

    @Override
    public DurableFile openForReading(Path file) throws IOException {
        return disk.openForReading(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public void makeReadOnly(Path file) throws IOException {
        disk.makeReadOnly(file);
    }

    @Override
    public boolean isReadOnly(Path file) throws IOException {
        return disk.isReadOnly(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        disk.syncDirectory(directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public boolean exists(Path file) {
        return disk.exists(file);
    }

    @Override
    public boolean isFile(Path file) {
        return disk.isFile(file);
    }

    @Override
    public boolean isDirectory(Path file) {
        return disk.isDirectory(file);
    }

    @Override
    public boolean isLink(Path file) {
        return disk.isLink(file);
    }

    @Override
    public boolean isWritable(Path file) {
        return disk.isWritable(file);
    }

    @Override
    public boolean isSameFileSystem(Path one, Path other) throws IOException {
        return disk.isSameFileSystem(one, other);
    }

    @Override
    public long size(Path file) throws IOException {
        return disk.size(file);
    }

    @Override
    public FileTime lastModified(Path file) throws IOException {
        return disk.lastModified(file);
    }

    @Override
    public Object identity(Path file) throws IOException {
        return disk.identity(file);
    }

    @Override
    public void makeDirectories(Path directory) throws IOException {
        disk.makeDirectories(directory);
    }

    @Override
    public Path makeTemporaryDirectory(Path parent, String prefix) throws IOException {
        return disk.makeTemporaryDirectory(parent, prefix);
    }

    @Override
    public void deleteTree(Path directory) throws IOException {
        disk.deleteTree(directory);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
        return disk.usableBytes(path);
    }
}
