/** Which credential F34 accepts: the first that it is shown, until it rotates; then the first other one. */
export interface AcceptedKey {
  /** `rotations` so far. A request without a credential is never accepted. */
  accepts(credential: string, rotations: number): boolean;
}

export function createAcceptedKey(): AcceptedKey {
  let accepted: string | null = null;
  let retired: string | null = null;
  let rotated = 0;
  return {
    accepts: (credential, rotations) => {
      if (rotations !== rotated) {
        retired = accepted ?? retired;
        accepted = null;
        rotated = rotations;
      }
      if (accepted === null && credential !== retired && credential !== "") accepted = credential;
      return credential === accepted;
    },
  };
}
