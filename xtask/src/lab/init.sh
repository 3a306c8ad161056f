#!/bin/busybox sh
# Runs first in the lab's virtual machine: the host's files, read-only, under a layer in memory; then the lab.
b=/bin/busybox
$b mount -t proc none /proc
$b hostname lab
$b mount -t sysfs none /sys
$b mount -t devtmpfs none /dev
for module in /modules/*; do $b insmod "$module"; done
$b mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose host /host || echo "lab: no files of the host"
$b mount -t tmpfs none /over
$b mkdir /over/upper /over/work
$b mount -t overlay -o lowerdir=/host,upperdir=/over/upper,workdir=/over/work none /system || echo "lab: no overlay"
$b mount -t proc none /system/proc
$b mount -t sysfs none /system/sys
$b mount -t devtmpfs none /system/dev
$b mkdir -p /system/lab /system/lib/modules
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 lab /system/lab || echo "lab: no folder to write to"
kernel=$($b sed 's/.*lab-kernel=\([^ ]*\).*/\1/' /proc/cmdline)
$b ln -s "$kernel/lib/modules/$($b uname -r)" "/system/lib/modules/$($b uname -r)"
# The kernel looks for modules where the first process has its root: that has to be the files of the host.
$b cp "$b" /system/busybox
exec $b switch_root /system /bin/sh -c 'sh /lab/run.sh; echo "lab: ended with $?"; exec /busybox poweroff -f'
