/**
 * oks-http: HKP in front of oksd, over its service socket; holds no data.
 *
 * <p>Entry types: {@link oks.http.OksHttp}, the program, and {@link oks.http.Gateway}, what it runs.
 *
 * <p>Threads: one event loop per core, each with its own listener, connections and {@link oks.service.ServiceClient};
 * what is large is armored, described and unescaped on Vert.x's workers. Owns its pid file.
 */
package oks.http;
