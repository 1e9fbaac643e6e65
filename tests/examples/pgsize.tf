# Terraform: limits and URLs of all services in one variable, whose values pgsize writes to a file that Terraform finds
# by itself. Before a plan:
#
#   pgsize recommend --format table --format tfvars=pgsize.auto.tfvars
#
# The file holds passwords: keep it out of version control, and the state where only those read it who may know them.
variable "pgsize" {
  description = "What pgsize hands to each service; with several databases SERVICE/DATABASE"
  type = map(object({
    service          = string
    connection_limit = number
    database_url     = string # null where the topology has none
    variables        = map(string)
  }))
  sensitive = true
}

# All variables of a service, also of one with several databases: for a container's secret environment,
# secret_environment_variables = local.api_variables. A single figure: var.pgsize["api"].connection_limit
locals {
  api_variables = merge([for pool in var.pgsize : pool.variables if pool.service == "api"]...)
}

output "api_variables" {
  value     = local.api_variables
  sensitive = true
}
