package oks.http.server;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A range of IP addresses, such as {@code 192.0.2.0/24}.
 *
 * @param prefix leading bits that an address shares with the range
 */
public record Network(byte[] address, int prefix) {
    private static final int IPV6 = 16;

    /**
     * Reads an address with or without a prefix length.
     *
     * @throws IllegalArgumentException when it is none; the message is for operators
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = literal(slash < 0 ? text : text.substring(0, slash)).orElseThrow(() -> wrong(text));
        int bits = 8 * address.length;
        int prefix = slash < 0 ? bits : number(text, slash + 1);
        if (prefix > bits) {
            throw wrong(text);
        }
        return new Network(address, prefix);
    }

    private static int number(String text, int from) {
        String digits = text.substring(from);
        if (!digits.matches("[0-9]{1,3}")) {
            throw wrong(text);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not an address such as \"192.0.2.1\", \"192.0.2.0/24\" or \"2001:db8::/32\"");
    }

    /** The octets of an address in digits, 4 or 16; empty for anything else, such as a name. Asks no name server. */
    static Optional<byte[]> literal(String text) {
        boolean digits = text.indexOf(':') >= 0
                ? text.matches("[0-9a-fA-F:.]{2,45}")
                : text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
        if (!digits) {
            return Optional.empty();
        }
        return Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(text))
                .map(Network::withoutMapping);
    }

    /** An IPv4 address as such, also where it comes as {@code ::ffff:192.0.2.1}. */
    private static byte[] withoutMapping(byte[] octets) {
        boolean mapped = octets.length == IPV6 && octets[10] == -1 && octets[11] == -1;
        for (int i = 0; mapped && i < 10; i++) {
            mapped = octets[i] == 0;
        }
        return mapped ? Arrays.copyOfRange(octets, 12, IPV6) : octets;
    }

    boolean contains(byte[] other) {
        if (other.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            if (((address[bit / 8] ^ other[bit / 8]) >> 7 - bit % 8 & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    static boolean anyContains(List<Network> networks, byte[] address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network that && prefix == that.prefix && Arrays.equals(address, that.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + prefix;
    }
}
