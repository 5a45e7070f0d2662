import type { Admission } from "./admit.ts";
import { discard } from "./ask-target.ts";
import type { Answer } from "./dispatch.ts";
import type { Hit } from "./recall.ts";
import type { Settlement } from "./settle.ts";

/** What is being asked, once its admission is granted: who is not admitted gets no answer, also not one that comes yet. */
export async function whenGranted(
  admission: Pick<Admission, "granted">,
  asked: Promise<Answer | Hit>,
  settlement: Settlement,
): Promise<Answer | Hit> {
  const granted = admission.granted.catch((error: unknown) => settlement.refuse(error));
  try {
    const [answer] = await Promise.all([asked, granted]);
    return answer;
  } catch (error) {
    void asked.then(discard, () => undefined);
    throw error;
  }
}
