package oks.http.hkp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import oks.json.Json;
import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.SubkeyDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;
import oks.openpgp.Fingerprint;
import oks.openpgp.WeakKey;

/** The index as JSON: draft-ietf-openpgp-hkp, section 7.1. */
final class JsonIndex {
    /** Algorithms whose size is not told by their name: RSA, ElGamal, DSA (RFC 9580, section 9.1). */
    private static final Set<Integer> SIZED = Set.of(1, 2, 3, 16, 17);

    private final Instant now;

    private JsonIndex(Instant now) {
        this.now = now;
    }

    /** The index of these certificates, an array. */
    static Buffer of(List<CertificateDescription> certificates, Instant now) {
        JsonIndex index = new JsonIndex(now);
        StringJoiner list = new StringJoiner(",", "[", "]\n");
        for (CertificateDescription certificate : certificates) {
            ObjectNode node = Json.object();
            index.certificate(node, certificate);
            list.add(node.toString());
        }
        return Buffer.buffer(JsonText.visible(list.toString()));
    }

    private void certificate(ObjectNode to, CertificateDescription one) {
        key(to, one.version(), one.fingerprint(), one.created(), one.expires(), one.revoked());
        one.revokedBy()
                .ifPresent(revoker -> to.put("revokedBy", revoker.toString().toLowerCase(Locale.ROOT)));
        algorithm(to, one.algorithm(), one.algorithmName(), one.bits());
        weaknesses(to, one.weaknesses());
        one.replacement().ifPresent(key -> to.put("replacement", text(key)));
        if (!one.replaces().isEmpty()) {
            ArrayNode replaces = to.putArray("replaces");
            one.replaces().forEach(key -> replaces.add(text(key)));
        }
        ArrayNode userIds = to.putArray("userIDs");
        one.userIds().forEach(userId -> userId(userIds.addObject(), userId));
        ArrayNode subkeys = to.putArray("subkeys");
        one.subkeys().forEach(subkey -> subkey(subkeys.addObject(), subkey));
    }

    private void subkey(ObjectNode to, SubkeyDescription one) {
        key(to, one.version(), one.fingerprint(), one.created(), one.expires(), one.revoked());
        algorithm(to, one.algorithm(), one.algorithmName(), one.bits());
        weaknesses(to, one.weaknesses());
    }

    private static void weaknesses(ObjectNode to, List<WeakKey> weaknesses) {
        if (!weaknesses.isEmpty()) {
            ArrayNode weak = to.putArray("weak");
            weaknesses.forEach(weakness -> weak.add(weakness.label()));
        }
    }

    private static String text(Fingerprint key) {
        return key.toString().toLowerCase(Locale.ROOT);
    }

    private void userId(ObjectNode to, UserIdDescription one) {
        to.put("uidString", one.text());
        if (!one.id().isUtf8()) {
            to.put("uidEncoding", one.id().encoding().name());
        }
        one.created().ifPresent(time -> to.put("creation", text(time)));
        validity(to, one.expires(), one.revoked());
    }

    private void key(
            ObjectNode to,
            int version,
            Fingerprint fingerprint,
            Instant created,
            Optional<Instant> expires,
            boolean revoked) {
        to.put("version", version);
        to.put("fingerprint", fingerprint.toString().toLowerCase(Locale.ROOT));
        to.put("creation", text(created));
        validity(to, expires, revoked);
    }

    private void validity(ObjectNode to, Optional<Instant> expires, boolean revoked) {
        expires.ifPresent(time -> to.put("expiration", text(time)));
        to.put("isExpired", expires.filter(time -> !time.isAfter(now)).isPresent());
        to.put("isRevoked", revoked);
    }

    private static void algorithm(ObjectNode to, int code, String name, int bits) {
        ObjectNode algorithm = to.putObject("algorithm");
        algorithm.put("code", code);
        algorithm.put("name", name);
        if (SIZED.contains(code) && bits > 0) {
            algorithm.put("bitLength", bits);
        }
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
