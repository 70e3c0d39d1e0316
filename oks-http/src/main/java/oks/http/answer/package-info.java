/**
 * Answers to requests, and the faults that become one. Entry types: {@link oks.http.answer.Answer} and
 * {@link oks.http.answer.HttpFault}. Immutable values, safe in any thread.
 */
package oks.http.answer;
