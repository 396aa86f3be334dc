<#
.SYNOPSIS
Installs both packages on this machine, makes a simulated unit and breaks plug connections through the
real kernel. For machines with test signing; needs an administrator. Not run on Windows yet.
#>
param(
    # The folder that `cargo make` has filled.
    [Parameter(Mandatory)]
    [string] $Built
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Invoke-Program([string] $Program, [string[]] $Arguments, [int[]] $Expected = @(0)) {
    Write-Host "> $Program $Arguments"
    $output = & $Program @Arguments 2>&1 | Out-String
    Write-Host $output
    if ($LASTEXITCODE -notin $Expected) {
        throw "$Program $Arguments ended with $LASTEXITCODE"
    }
    $output
}

$verified = Invoke-Program verifier.exe @('/querysettings')
if ($verified -notmatch 'plug61883\.sys') {
    throw 'Driver Verifier is not on: run scripts\verifier.ps1 after the packages were installed once, and restart'
}
$certificate = Join-Path $Built 'plug61883_package\WDRLocalTestCert.cer'
foreach ($store in 'Root', 'TrustedPublisher') {
    Import-Certificate -FilePath $certificate -CertStoreLocation "Cert:\LocalMachine\$store" | Out-Null
}
$plugctl = Join-Path $Built 'plugctl.exe'
# 3010: done, with a restart to come.
Invoke-Program pnputil.exe @('/add-driver', (Join-Path $Built 'plug61883_package\plug61883.inf'), '/install') @(0, 259, 3010)
Invoke-Program pnputil.exe @('/add-driver', (Join-Path $Built 'sim61883_package\sim61883.inf')) @(0, 259)
$made = Invoke-Program devgen.exe @('/add', '/bus', 'ROOT', '/hardwareid', 'ROOT\SIM61883', '/wait')
if ($made -notmatch '(ROOT\\\S+)') {
    throw "devgen names no device: $made"
}
$device = $Matches[1]
try {
    $units = Invoke-Program $plugctl @('units', '--json') | ConvertFrom-Json
    if ($units.units.Count -ne 1) {
        throw "$($units.units.Count) units"
    }
    foreach ($round in 1..50) {
        $id = (Invoke-Program $plugctl @('connect', '--out', '0', '--in', '0', '--persist')).Trim()
        Invoke-Program $plugctl @('disconnect', $id) | Out-Null
        # It names nothing any more.
        Invoke-Program $plugctl @('disconnect', $id) @(1) | Out-Null
    }
    Invoke-Program pnputil.exe @('/restart-device', $device) | Out-Null
    Invoke-Program $plugctl @('connections') | Out-Null
} finally {
    Invoke-Program devgen.exe @('/remove', $device) | Out-Null
}
Write-Output 'passed'
