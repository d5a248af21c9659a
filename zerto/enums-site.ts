// Enums of sites by number (docs/zerto.md §6).

export const pairings: readonly string[] = ['Paired', 'Pairing', 'Unpaired'];
