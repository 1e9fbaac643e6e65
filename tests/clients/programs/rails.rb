require "active_record"

ActiveRecord::Base.establish_connection(ENV["DATABASE_URL"])
begin
  threads = Array.new(ENV["JOBS"].to_i) do
    Thread.new do
      Thread.current.report_on_exception = false
      ActiveRecord::Base.connection_pool.with_connection do |connection|
        connection.execute("SELECT pg_sleep(#{ENV["HOLD"].to_f})")
      end
    end
  end
  threads.each(&:join)
rescue StandardError => error
  puts "failed: #{error.message}"
  exit! 1
end
puts "done"
$stdout.flush
$stdin.read
