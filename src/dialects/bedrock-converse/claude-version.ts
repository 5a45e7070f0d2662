const NEW_STYLE = /claude-[a-z]+-(\d{1,2})(?:-(\d{1,2}))?(?!\d)/;
const OLD_STYLE = /claude-(\d)-(\d)?/;

/**
 * The generation of a Claude model as major × 100 + minor (`claude-opus-4-6` → 406, `claude-3-7-sonnet` → 307); 0 when its
 * id does not say. Generations differ in how thinking is asked for and in which sampling fields they refuse.
 * @see https://docs.anthropic.com/en/docs/about-claude/models
 */
export function claudeVersion(model: string): number {
  const [, major, minor = "0"] = NEW_STYLE.exec(model) ?? OLD_STYLE.exec(model) ?? [];
  return major === undefined ? 0 : Number(major) * 100 + Number(minor);
}
