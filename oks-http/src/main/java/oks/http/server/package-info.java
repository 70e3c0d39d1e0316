/**
 * HTTP without HKP: one request and its answer, what connections and clients may hold, who a client is behind a proxy,
 * figures and the access log. Entry types: {@link oks.http.server.Routes}, which finds the
 * {@link oks.http.server.Endpoint} of a request, and {@link oks.http.server.Exchange}, the request with its one answer.
 *
 * <p>An exchange lives on the event loop of its connection. Budgets, limits and metrics are shared by all event loops.
 */
package oks.http.server;
