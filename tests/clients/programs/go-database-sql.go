package main

import (
	"database/sql"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	_ "github.com/lib/pq"
)

var _ = time.Second

func fail(err error) {
	fmt.Println("failed:", err)
	os.Exit(1)
}

func main() {
	db, err := sql.Open("postgres", os.Getenv("DATABASE_URL"))
	if err != nil {
		fail(err)
	}
	@SNIPPET@
	jobs, _ := strconv.Atoi(os.Getenv("JOBS"))
	done := make(chan error)
	for i := 0; i < jobs; i++ {
		go func() {
			_, err := db.Exec("SELECT pg_sleep($1)", os.Getenv("HOLD"))
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
