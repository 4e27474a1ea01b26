import { answerLost, type SiteRequest } from './request-log.ts';

/** A delivery that came too early or too late, seen from another one to the same contact. */
export type OrderViolation = {
  contactId: string;
  seq: number;
  /** `went back`: the plugin had finished a later one before; `side by side`: it came before an earlier one was answered. */
  how: 'went back' | 'side by side';
  /** That other one. */
  to: number;
};

type Delivery = SiteRequest & { contactId: string; seq: number; endedAt: number };

/**
 * What is wrong with the order in which the plugin did its work, contact by contact. A delivery may be repeated after
 * later ones if an answer to it was lost: who sent it cannot know, and the host works on what was given up as well.
 */
export function violationsOfOrder(requests: readonly SiteRequest[]): OrderViolation[] {
  const deliveries = requests.filter(isDelivery).toSorted((one, other) => one.endedAt - other.endedAt);
  const ofContacts = Map.groupBy(deliveries, ({ contactId }) => contactId);
  return [...ofContacts.values()].flatMap((all) => [...backwards(all), ...sideBySide(all)]);
}

const isDelivery = (request: SiteRequest): request is Delivery =>
  request.delivered && request.contactId !== undefined && request.seq !== undefined;

function backwards(all: readonly Delivery[]): OrderViolation[] {
  return all.flatMap((one, index) => {
    const before = all.slice(0, index);
    const latest = Math.max(...before.map(({ seq }) => seq));
    const isRepeat = before.some(({ seq }) => seq === one.seq);
    const isExcused = isRepeat && [one, ...before].some((each) => each.seq === one.seq && answerLost(each));
    return one.seq < latest && !isExcused ? [violation(one, 'went back', latest)] : [];
  });
}

function sideBySide(all: readonly Delivery[]): OrderViolation[] {
  return all.flatMap((one) => {
    const open = all.find(
      (other) => other.seq < one.seq && other.at < one.at && one.at < other.endedAt && !answerLost(other),
    );
    return open ? [violation(one, 'side by side', open.seq)] : [];
  });
}

const violation = ({ contactId, seq }: Delivery, how: OrderViolation['how'], to: number): OrderViolation => ({
  ...{ contactId, seq, how, to },
});
