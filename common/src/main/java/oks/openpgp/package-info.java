/**
 * OpenPGP certificates (RFC 9580): uploads are taken apart, verified and cleaned; certificates are merged, described
 * and turned into index terms. The only package that imports Bouncy Castle.
 *
 * <p>Entry types: {@link oks.openpgp.UploadParser} for what comes from outside, {@link oks.openpgp.Certificate} for
 * what is stored. Every type is a value or stateless and safe in any thread; nothing here reads the clock. Owns no
 * files.
 *
 * <p>Bytes from outside are trusted nowhere else: lengths are checked against {@link oks.openpgp.Limits} before
 * anything is copied, every failure becomes a {@link oks.openpgp.ParsedUpload.Refused} or
 * {@link oks.openpgp.ParsedUpload.Dropped}, and no message repeats uploaded bytes except escaped user IDs.
 *
 * <p>What one program alone needs (merging, signing keys, recipients, splitting of keyrings) stands here, too, because
 * Bouncy Castle stays behind this wall.
 */
package oks.openpgp;
