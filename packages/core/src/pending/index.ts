/** An answer that is given later, to who asks again with the id. */
export interface PendingAnswer {
  /** GLPI-Agent-ID of who may fetch it. */
  readonly agentId: string;
  /** Eight upper-case hexadecimal digits, ours. */
  readonly requestId: string;
}

/**
 * Port: answers that were put off (GLPI's `pending`). They outlive the process, and any gateway can give them.
 * Texts are as the agent's protocol has them.
 */
export interface PendingAnswers {
  /** Opens one that is not known yet. @param seconds until it is forgotten */
  open(seconds: number, agentId: string): Promise<PendingAnswer>;
  /** Says what the answer is. False when it was forgotten. */
  settle(pending: PendingAnswer, answer: string): Promise<boolean>;
  /**
   * @returns the answer, which is forgotten with that; `pending` while there is none yet; undefined for what was never
   *   opened for this agent, was fetched, or was forgotten
   */
  take(pending: PendingAnswer): Promise<{ readonly answer: string } | "pending" | undefined>;
}
