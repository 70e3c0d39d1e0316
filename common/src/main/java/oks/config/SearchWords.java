package oks.config;

/** Which certificates words of user IDs may find; addresses, whole user IDs, fingerprints and key IDs find all. */
public enum SearchWords {
    /** All. */
    ALL,
    /** Those with an address at one of the domains that the settings name. */
    DOMAINS,
    /** None. */
    NONE
}
