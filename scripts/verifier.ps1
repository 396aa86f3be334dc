<#
.SYNOPSIS
Sets Driver Verifier and the framework's verifier up for plug61883, or takes them off.

.DESCRIPTION
Needs an administrator, and a restart afterwards. Not run on Windows yet.

-LowResources lets allocations fail: at random by Driver Verifier (rule class 3), and by the framework
after a number of allocations that -Seed gives. The same seed sets the same values; what Driver
Verifier then fails is its own random choice.

.EXAMPLE
.\verifier.ps1
Standard rule classes, code integrity checks and the framework's verifier.

.EXAMPLE
.\verifier.ps1 -LowResources -Seed 7

.EXAMPLE
.\verifier.ps1 -Reset
#>
[CmdletBinding(DefaultParameterSetName = 'Set')]
param(
    # The drivers to be verified.
    [string[]] $Driver = @('plug61883', 'sim61883'),
    [Parameter(ParameterSetName = 'Set')]
    [switch] $LowResources,
    [Parameter(ParameterSetName = 'Set')]
    [int] $Seed = (Get-Random -Maximum 65536),
    [Parameter(ParameterSetName = 'Reset', Mandatory)]
    [switch] $Reset
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

# Of the framework's verifier; https://learn.microsoft.com/windows-hardware/drivers/wdf/using-kmdf-verifier
$values = 'VerifierOn', 'VerifyOn', 'VerifyDownLevel', 'TrackHandles', 'VerifierAllocateFailCount'

function Invoke-Verifier([string[]] $Arguments) {
    & verifier.exe @Arguments
    # 2: done, after a restart.
    if ($LASTEXITCODE -notin 0, 2) {
        throw "verifier $Arguments ended with $LASTEXITCODE"
    }
}

$keys = foreach ($name in $Driver) {
    $service = "HKLM:\SYSTEM\CurrentControlSet\Services\$name"
    if (-not (Test-Path $service)) {
        throw "$name is not installed"
    }
    "$service\Parameters\Wdf"
}

if ($Reset) {
    foreach ($key in $keys | Where-Object { Test-Path $_ }) {
        Remove-ItemProperty -Path $key -Name $values -ErrorAction SilentlyContinue
    }
    Invoke-Verifier @('/reset')
    Write-Output 'off after a restart'
    return
}

$files = $Driver | ForEach-Object { "$_.sys" }
# Special pool, IRQL, pool tracking, I/O, deadlocks, DMA, security, miscellaneous, DDI compliance, WDF;
# beside the standard ones: code integrity (26).
$classes = '1', '2', '4', '5', '6', '8', '9', '12', '18', '34', '26'
if ($LowResources) {
    $classes += '3'
}
Invoke-Verifier (@('/ruleclasses') + $classes + @('/driver') + $files)

foreach ($key in $keys) {
    New-Item -Path $key -Force | Out-Null
    foreach ($name in 'VerifierOn', 'VerifyOn', 'VerifyDownLevel') {
        New-ItemProperty -Path $key -Name $name -Value 1 -PropertyType DWord -Force | Out-Null
    }
    New-ItemProperty -Path $key -Name 'TrackHandles' -Value '*' -PropertyType MultiString -Force |
        Out-Null
    Remove-ItemProperty -Path $key -Name 'VerifierAllocateFailCount' -ErrorAction SilentlyContinue
}

if ($LowResources) {
    # A start-up takes some dozens of allocations: some seeds fail it, others what comes later.
    $random = [System.Random]::new($Seed)
    $after = $random.Next(1, 200)
    # In ten thousandths; no pool tag or program is spared; from two minutes after the start on.
    $probability = $random.Next(100, 600)
    New-ItemProperty -Path $keys[0] -Name 'VerifierAllocateFailCount' -Value $after `
        -PropertyType DWord -Force | Out-Null
    Invoke-Verifier @('/faults', "$probability", '""', '""', '2')
    Write-Output "low resources with seed ${Seed}: after $after allocations, $probability of 10000"
}
Invoke-Verifier @('/querysettings')
Write-Output 'on after a restart'
