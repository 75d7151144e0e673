package reports

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"paxscore/internal/study"
	"paxscore/surveys/surveyfile"
)

// BenchmarkSnapshot writes and reads the columns of a million responses. The metric × is the time over that of os.ReadFile, B/response the size
// of the file.
func BenchmarkSnapshot(b *testing.B) {
	const n = 1_000_000
	s := surveyfile.Default()
	d := NewDataset(s)
	for r, err := range study.Responses(s, n, 42) {
		if err == nil {
			r.Seq = int64(d.Len() + 1)
			err = d.Append(r)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(b.TempDir(), "snapshot")
	write := func() (size int64) {
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		if _, err := d.writeSnapshot(f, func() int64 { return 0 }); err != nil {
			b.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			b.Fatal(err)
		}
		return info.Size()
	}
	size := write()
	plain := func() time.Duration {
		begun := time.Now()
		if _, err := os.ReadFile(path); err != nil {
			b.Fatal(err)
		}
		return time.Since(begun)
	}
	over := func(b *testing.B, base time.Duration) {
		b.ReportMetric(float64(b.Elapsed())/float64(base), "×")
		b.ReportMetric(float64(size)/float64(d.Len()), "B/response")
	}
	b.Run(fmt.Sprintf("write/%d", n), func(b *testing.B) {
		var base time.Duration
		for b.Loop() {
			write()
			b.StopTimer()
			base += plain()
			b.StartTimer()
		}
		over(b, base)
	})
	b.Run(fmt.Sprintf("read/%d", n), func(b *testing.B) {
		var base time.Duration
		for b.Loop() {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			if _, _, err := readSnapshot(s, f, size); err != nil {
				b.Fatal(err)
			}
			f.Close()
			b.StopTimer()
			base += plain()
			b.StartTimer()
		}
		over(b, base)
	})
}
