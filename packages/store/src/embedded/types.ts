/** What {@link startEmbedded} needs to know. */
export interface EmbeddedOptions {
  /** The gateway's data folder; made with mode 0700 when missing. The cluster lies in its subfolder `pg`. */
  readonly dataDir: string;
  /** A folder of the caller's around it: where PostgreSQL runs as another user, that one is let pass through. */
  readonly within?: string;
  /** Gets one line per step that an operator may have to wait for. */
  readonly say?: (line: string) => void;
  /** Default true. False turns fsync off: a power cut may then lose everything, so it is for tests only. */
  readonly durable?: boolean;
  /** PostgreSQL settings on top of ours, as `postgres -c name=value`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running embedded PostgreSQL that this process alone may use. */
export interface EmbeddedDatabase {
  /** A connection string for pg and TypeORM. On Windows it holds a password: do not log it. */
  readonly url: string;
  /** The server's version, such as `18.4`. */
  readonly version: string;
  /** True when a server that an earlier gateway left behind was taken over instead of started. */
  readonly adopted: boolean;
  /** True when the database `gatehouse` was created by this start. */
  readonly fresh: boolean;
  /** The user id that its files belong to, and that may enter its socket's folder; 0 on Windows. */
  readonly uid: number;
  /** Stops the server: fast, after 10 s without recourse. Repeated calls share one stop. Never rejects. */
  stop(): Promise<void>;
  /** Calls the listener once when the server, or our hold on it, is lost without `stop()`. */
  onExit(listener: (reason: string) => void): void;
}

/** How to reach the server, whichever way it listens. */
export interface Address {
  /** A socket directory, or 127.0.0.1 on Windows. */
  readonly host: string;
  readonly port: number;
  readonly password?: string;
}
