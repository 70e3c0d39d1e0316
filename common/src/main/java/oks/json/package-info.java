/**
 * JSON as records: one mapper, which reads strictly and names what is wrong, and writes what oks-json(7) says.
 *
 * <p>Entry type: {@link oks.json.Json}. A member of an object is a component of a record; its name is the component's
 * in lower case with underscores. Everything here is immutable and for any thread.
 */
package oks.json;
