/**
 * The service socket's requests: lookups, searches and uploads. Entry type: {@link oks.oksd.serve.ServiceRequests}.
 * Threads: quick lookups on the event loop, searches and verification on pools that share their time between clients.
 */
package oks.oksd.serve;
