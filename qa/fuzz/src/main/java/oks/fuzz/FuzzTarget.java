package oks.fuzz;

import java.util.List;

/** Something that reads bytes from somebody else. Stands in the package of what it tries; called by one thread. */
public interface FuzzTarget {
    /** Well-formed inputs, with which mutations begin. */
    List<byte[]> seeds();

    /**
     * Reads an input. Refusing it in the way that is documented is as good as taking it.
     *
     * @throws RuntimeException or an Error, whatever it is: a fault of OKS
     */
    void read(byte[] input);
}
