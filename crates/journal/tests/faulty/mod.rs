//! A file system in memory that fails as it is told, and that can lose power.
#![allow(dead_code, clippy::unwrap_used)]

use std::any::Any;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use fixplus_journal::{Disk, DiskFile};

/// What is to go wrong.
#[derive(Debug, Default)]
pub struct Plan {
    /// Bytes that may still be written; then the process is dead and every call fails.
    pub bytes_left: Option<usize>,
    /// The most that one call writes.
    pub piece: Option<usize>,
    /// Bytes that fit on the disk.
    pub room: Option<usize>,
    /// Every fsync fails.
    pub fails_sync: bool,
    /// No file can be made.
    pub fails_create: bool,
    /// What nobody can guess.
    pub salt: u64,
    is_dead: bool,
}

/// The content of a file: as read back, and how much of it an fsync covered.
#[derive(Debug, Default, Clone)]
pub struct Content {
    pub cached: Vec<u8>,
    pub safe: usize,
}

#[derive(Debug, Default)]
pub struct Memory {
    this: std::sync::Weak<Memory>,
    pub plan: Mutex<Plan>,
    files: Mutex<BTreeMap<PathBuf, Arc<MemoryFile>>>,
    /// The names that an fsync of the folder covered.
    safe_names: Mutex<Vec<PathBuf>>,
    pub syncs: AtomicUsize,
    /// While closed, fsyncs wait.
    gate: Mutex<bool>,
    opened: Condvar,
}

#[derive(Debug)]
pub struct MemoryFile {
    disk: std::sync::Weak<Memory>,
    content: Mutex<Content>,
}

/// What a loss of power makes of bytes that no fsync covered.
#[derive(Debug, Clone, Copy)]
pub enum Loss {
    /// So many of them are there, the file ends after them.
    Prefix(usize),
    /// So many of them are there, zeros stand for the rest.
    Zeros(usize),
}

impl Memory {
    pub fn new() -> Arc<Self> {
        Arc::new_cyclic(|this| Self { this: this.clone(), ..Self::default() })
    }

    pub fn with(files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Arc<Self> {
        let disk = Self::new();
        for (path, bytes) in files {
            let content = Content { safe: bytes.len(), cached: bytes };
            let file = MemoryFile { disk: Arc::downgrade(&disk), content: Mutex::new(content) };
            disk.files.lock().unwrap().insert(path, Arc::new(file));
        }
        disk
    }

    /// The files as another process sees them after this one was killed.
    pub fn after_kill(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let files = self.files.lock().unwrap();
        files.iter().map(|(path, file)| (path.clone(), file.content.lock().unwrap().cached.clone())).collect()
    }

    /// Bytes that no fsync covered.
    pub fn unsafe_bytes(&self) -> usize {
        let files = self.files.lock().unwrap();
        files.values().map(|file| file.content.lock().unwrap()).map(|content| content.cached.len() - content.safe).sum()
    }

    /// The files as they are after a loss of power.
    pub fn after_power_loss(&self, loss: Loss, keeps_names: bool) -> Vec<(PathBuf, Vec<u8>)> {
        let files = self.files.lock().unwrap();
        let names = self.safe_names.lock().unwrap();
        let kept = files.iter().filter(|(path, _)| keeps_names || names.contains(path));
        let lost = |(path, file): (&PathBuf, &Arc<MemoryFile>)| {
            let content = file.content.lock().unwrap();
            let (Loss::Prefix(count) | Loss::Zeros(count)) = loss;
            let end = (content.safe + count).min(content.cached.len());
            let mut bytes = content.cached[..end].to_vec();
            if matches!(loss, Loss::Zeros(_)) {
                bytes.resize(content.cached.len(), 0);
            }
            (path.clone(), bytes)
        };
        kept.map(lost).collect()
    }

    pub fn close_gate(&self) {
        *self.gate.lock().unwrap() = true;
    }

    pub fn open_gate(&self) {
        *self.gate.lock().unwrap() = false;
        self.opened.notify_all();
    }

    fn alive(&self) -> io::Result<()> {
        if self.plan.lock().unwrap().is_dead { Err(io::Error::other("the process is dead")) } else { Ok(()) }
    }

    fn file(&self, path: &Path) -> io::Result<Arc<MemoryFile>> {
        self.files.lock().unwrap().get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl DiskFile for MemoryFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let disk = self.disk.upgrade().unwrap();
        disk.alive()?;
        let mut plan = disk.plan.lock().unwrap();
        let mut count = bytes.len().min(plan.piece.unwrap_or(usize::MAX));
        if let Some(room) = plan.room {
            if room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            count = count.min(room);
            plan.room = Some(room - count);
        }
        if let Some(left) = plan.bytes_left {
            plan.is_dead = left < count;
            count = count.min(left);
            plan.bytes_left = Some(left - count);
        }
        let mut content = self.content.lock().unwrap();
        let from = usize::try_from(offset).unwrap();
        if content.cached.len() < from + count {
            content.cached.resize(from + count, 0);
        }
        content.cached[from..from + count].copy_from_slice(&bytes[..count]);
        content.safe = content.safe.min(from);
        if plan.is_dead { Err(io::Error::other("killed")) } else { Ok(count) }
    }

    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let content = self.content.lock().unwrap();
        let from = usize::try_from(offset).unwrap().min(content.cached.len());
        let count = into.len().min(content.cached.len() - from);
        into[..count].copy_from_slice(&content.cached[from..from + count]);
        Ok(count)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.content.lock().unwrap().cached.len() as u64)
    }

    fn cut(&self, length: u64) -> io::Result<()> {
        let mut content = self.content.lock().unwrap();
        content.cached.truncate(usize::try_from(length).unwrap());
        content.safe = content.safe.min(content.cached.len());
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let disk = self.disk.upgrade().unwrap();
        let covered = self.content.lock().unwrap().cached.len();
        let mut gate = disk.gate.lock().unwrap();
        while *gate {
            gate = disk.opened.wait(gate).unwrap();
        }
        drop(gate);
        disk.alive()?;
        if disk.plan.lock().unwrap().fails_sync {
            return Err(io::Error::other("fsync failed"));
        }
        disk.syncs.fetch_add(1, Ordering::SeqCst);
        let mut content = self.content.lock().unwrap();
        content.safe = content.safe.max(covered.min(content.cached.len()));
        Ok(())
    }
}

impl Disk for Memory {
    fn make_folder(&self, _folder: &Path) -> io::Result<()> {
        self.alive()
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let files = self.files.lock().unwrap();
        let inside = files.keys().filter(|path| path.parent() == Some(folder));
        Ok(inside.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect())
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        self.alive()?;
        if self.plan.lock().unwrap().fails_create {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let mut files = self.files.lock().unwrap();
        if files.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = MemoryFile { disk: self.this.clone(), content: Mutex::default() };
        let file = Arc::new(file);
        files.insert(path.to_path_buf(), Arc::clone(&file));
        Ok(file)
    }

    fn open(&self, path: &Path, _writable: bool) -> io::Result<Arc<dyn DiskFile>> {
        self.alive()?;
        Ok(self.file(path)?)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.alive()?;
        self.files.lock().unwrap().remove(path).map(|_| ()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn relocate(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut files = self.files.lock().unwrap();
        let file = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
        files.insert(to.to_path_buf(), file);
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.alive()?;
        let files = self.files.lock().unwrap();
        let mut names = self.safe_names.lock().unwrap();
        names.retain(|path| path.parent() != Some(folder));
        names.extend(files.keys().filter(|path| path.parent() == Some(folder)).cloned());
        Ok(())
    }

    fn lock(&self, _path: &Path) -> io::Result<Result<Box<dyn Any + Send + Sync>, String>> {
        self.alive()?;
        Ok(Ok(Box::new(())))
    }

    fn salt(&self) -> u64 {
        self.plan.lock().unwrap().salt
    }
}
