import { channel } from 'node:diagnostics_channel';
import type { ErrorCode } from '../errors.js';

/** The name of the `node:diagnostics_channel` on which changes of overlays in stores are told. */
export const OVERLAY_CHANNEL = 'toxicity-guard:overlay';

/** What a subscriber of {@link OVERLAY_CHANNEL} gets. It never holds a phrase or a text. */
export interface OverlayMessage {
  /** A list of phrases was `loaded` and counts from now on, or the store `failed`, which is told once an outage. */
  readonly event: 'loaded' | 'failed';
  /** The `prefix` of the overlay. */
  readonly prefix: string;
  /** Whose list was loaded; `null` for that of the site. */
  readonly community: string | null;
  /** Why it failed. */
  readonly code: ErrorCode | null;
}

const changes = channel(OVERLAY_CHANNEL);

export function reportOverlay(message: OverlayMessage): void {
  if (changes.hasSubscribers) changes.publish(message);
}
