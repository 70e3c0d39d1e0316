/**
 * One table of settings per daemon: from it come parsing, {@code --check-config}, the sample file and what the manual
 * pages oksd.conf(5) and oks-http.conf(5) are tested against.
 *
 * <p>Entry types: {@link oks.config.OksdSettings} and {@link oks.config.OksHttpSettings}. Everything here is immutable
 * and safe in any thread. The package reads the configuration file and owns no file.
 */
package oks.config;
