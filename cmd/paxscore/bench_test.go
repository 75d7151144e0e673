package main

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"paxscore/reports"
)

// BenchmarkScoreFile scores a gzipped CSV file of the shape of the public airline satisfaction set, 103,904 rows of 25
// columns, and compares with reading the same file by encoding/csv alone. PAXSCORE_BENCH_FILE names the set itself;
// without it the rows are drawn. The peak memory is that of the whole program.
func BenchmarkScoreFile(b *testing.B) {
	file := os.Getenv("PAXSCORE_BENCH_FILE")
	if file == "" {
		file = drawAirlineFile(b)
	}
	const survey, mapping = "../../examples/airline-satisfaction/survey.yaml", "../../examples/airline-satisfaction/mapping.yaml"
	var baseline, scored time.Duration
	rows := 0
	for b.Loop() {
		start := time.Now()
		rows = readAlone(b, file)
		baseline += time.Since(start)

		start = time.Now()
		data, err := fileSource(b.Context(), survey, mapping, file, "", streams{out: io.Discard, err: io.Discard})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := data.report(reports.Query{By: [][]string{{"class"}}}); err != nil {
			b.Fatal(err)
		}
		scored += time.Since(start)
	}
	b.ReportMetric(float64(scored)/float64(baseline), "×csv-alone")
	b.ReportMetric(float64(rows)*float64(b.N)/scored.Seconds(), "rows/s")
	b.ReportMetric(peakMemory(b, "score", "--survey", survey, "--mapping", mapping, "--by", "class", "--format", "json", file), "peak-MB")
}

// readAlone reads a gzipped CSV file to its end and returns its rows.
func readAlone(b *testing.B, name string) (rows int) {
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	r := csv.NewReader(z)
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return rows - 1
		} else if err != nil {
			b.Fatal(err)
		}
		rows++
	}
}

// peakMemory runs the program and returns the largest memory that it held, in MB.
func peakMemory(b *testing.B, args ...string) float64 {
	program := filepath.Join(b.TempDir(), "paxscore")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(context.WithoutCancel(b.Context()), program, args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	return float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024
}

// drawAirlineFile writes rows of the same columns, codes and share of missing values as the public set.
func drawAirlineFile(b *testing.B) string {
	name := filepath.Join(b.TempDir(), "airline.csv.gz")
	f, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	z := gzip.NewWriter(f)
	fmt.Fprint(z, ",id,Gender,Customer Type,Age,Type of Travel,Class,Flight Distance,Inflight wifi service,Departure/Arrival time convenient,"+
		"Ease of Online booking,Gate location,Food and drink,Online boarding,Seat comfort,Inflight entertainment,On-board service,Leg room service,"+
		"Baggage handling,Checkin service,Inflight service,Cleanliness,Departure Delay in Minutes,Arrival Delay in Minutes,satisfaction\r\n")
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	for i := range 103904 {
		fmt.Fprintf(z, "%d,%d,%s,%s,%d,%s,%s,%d", i, 1+r.IntN(129880), pick("Male", "Female"), pick("Loyal Customer", "disloyal Customer"),
			7+r.IntN(79), pick("Personal Travel", "Business travel"), pick("Eco Plus", "Business", "Eco"), 31+r.IntN(4953))
		for range 14 {
			rating := 1 + r.IntN(5)
			if r.IntN(50) == 0 {
				rating = 0
			}
			fmt.Fprintf(z, ",%d", rating)
		}
		arrival := fmt.Sprintf("%d.0", r.IntN(60))
		if r.IntN(335) == 0 {
			arrival = ""
		}
		fmt.Fprintf(z, ",%d,%s,%s\r\n", r.IntN(60), arrival, pick("neutral or dissatisfied", "satisfied"))
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		b.Fatal(err)
	}
	return name
}
