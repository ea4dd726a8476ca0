// Package suggest finds the word that was probably meant.
package suggest

import "strings"

// Nearest is the known word that was probably meant: one that starts with word,
// or the one with the fewest slips, at most two and a third of the letters. It
// is empty where there is none.
func Nearest(word string, known []string) string {
	best, least := "", min(2, len(word)/3)+1
	for _, k := range known {
		if len(word) > 2 && strings.HasPrefix(k, word) {
			return k
		}
		if n := slips(word, k); n < least {
			best, least = k, n
		}
	}
	return best
}

// slips counts the bytes to insert, delete, replace or swap with their
// neighbour to make b from a.
func slips(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
