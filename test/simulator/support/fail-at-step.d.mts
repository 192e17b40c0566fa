/** Arms it: the n-th step from now on fails, and all later ones of its kind, or `count` of them; 0 for none. */
export function failAtStep(n: number, count?: number): void;
/** The kind of step that failed, and how many steps there were. */
export function stepsTaken(): { readonly steps: readonly string[]; readonly failing: string | null };
