/** A document that was applied: what it described is there because of it, or was there and is as it says. */
export interface AppliedDocument {
  readonly kind: string;
  readonly name: string;
  /** Whose document it is: each set of files has a name, and no two sets describe one thing. */
  readonly set: string;
  /** As it was sent, without secrets. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** False where what it describes was there before it, or somebody made it anew: that is not taken away with it. */
  readonly made: boolean;
  /** Which thing the document made, as its kind tells it from one that is made anew; null where it made none, or the kind tells none apart. */
  readonly identity: string | null;
}

/** Port: the documents that were applied, in the transaction of what they made. */
export interface AppliedDocuments {
  /** Whether this apply has its turn, until the end of its transaction. */
  takeTurn(): Promise<boolean>;
  /** By kind and name. */
  list(): Promise<AppliedDocument[]>;
  /** Puts each in the place of the one of its kind and name. */
  record(documents: readonly AppliedDocument[], by: string): Promise<void>;
  forget(documents: readonly Pick<AppliedDocument, "kind" | "name">[]): Promise<void>;
}
