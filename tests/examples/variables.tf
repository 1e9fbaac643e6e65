# Terraform: the limits of pgsize as a variable, read from a file that Terraform finds by itself. Before a plan:
#
#   pgsize recommend --format table --format json=pgsize.limits.json
#   jq '{pool_sizes: [.services[] | select(.limit > 0) | {(.env.limit): .limit}] | add}' pgsize.limits.json > pgsize.auto.tfvars.json
#
# The second only where the first succeeds (set -e). No password gets into the file.
variable "pool_sizes" {
  description = "Connections per pool, by the name of the service's variable, as pgsize recommends them"
  type        = map(number)

  validation {
    condition     = alltrue([for size in values(var.pool_sizes) : size >= 1])
    error_message = "A pool without connections serves nobody."
  }
}

# For a container: environment_variables = { PRISMA_POOL_SIZE_CORE = var.pool_sizes["PRISMA_POOL_SIZE_CORE"] },
# or all of them at once:
locals {
  pool_variables = { for name, size in var.pool_sizes : name => tostring(size) }
}

output "pool_variables" {
  value = local.pool_variables
}
