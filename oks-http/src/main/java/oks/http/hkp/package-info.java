/**
 * The endpoints of HKP, its second version and the health checks: they ask oksd and make the answer. Each is an
 * {@link oks.http.server.Endpoint}; {@link oks.http.hkp.LookupEndpoint} and {@link oks.http.hkp.AddEndpoint} are the
 * ones of {@code /pks/lookup} and {@code /pks/add}. On the event loop of the request; what is large runs on a worker.
 */
package oks.http.hkp;
