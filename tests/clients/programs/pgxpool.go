package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/jackc/pgx/v4/pgxpool"
)

func fail(err error) {
	fmt.Println("failed:", err)
	os.Exit(1)
}

func main() {
	pool, err := pgxpool.Connect(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		fail(err)
	}
	jobs, _ := strconv.Atoi(os.Getenv("JOBS"))
	hold, _ := strconv.ParseFloat(os.Getenv("HOLD"), 64)
	done := make(chan error)
	for i := 0; i < jobs; i++ {
		go func() {
			_, err := pool.Exec(context.Background(), "SELECT pg_sleep($1)", hold)
			done <- err
		}()
	}
	for i := 0; i < jobs; i++ {
		if err := <-done; err != nil {
			fail(err)
		}
	}
	fmt.Println("done")
	io.Copy(io.Discard, os.Stdin)
}
