package oks.fault;

/** The exit statuses of all OKS programs; listed in every manual page under EXIT STATUS. */
public enum ExitCode {
    DONE(0, "done"),
    FAILED(1, "failed"),
    USAGE(2, "the command line or the configuration is wrong"),
    UNREACHABLE(3, "oksd cannot be reached"),
    BUSY(4, "oksd is busy or paused, or the directory is in use"),
    DAMAGED(5, "a file is damaged"),
    GAP_OR_FORK(6, "a recovery file is missing or belongs to another history"),
    TARGET_UNREACHABLE(7, "the wanted state cannot be reached with these files");

    private final int status;
    private final String meaning;

    ExitCode(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    /** The process's exit status, 0 to 7. */
    public int status() {
        return status;
    }

    /** The meaning of this status in the manual pages. */
    public String meaning() {
        return meaning;
    }

    /** The exit code with this status; FAILED for a status that OKS does not use. */
    public static ExitCode ofStatus(int status) {
        for (ExitCode code : values()) {
            if (code.status == status) {
                return code;
            }
        }
        return FAILED;
    }
}
